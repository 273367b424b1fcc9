"""Item text to vectors: what is read of an item, which model reads it, where vectors are kept."""

from recengine.encoders.source import DEFAULT_ENCODER
from recengine.encoders.text import TextTemplate
from recengine.encoders.vectors import ItemVectors, item_vectors

__all__ = ["DEFAULT_ENCODER", "ItemVectors", "TextTemplate", "item_vectors"]
