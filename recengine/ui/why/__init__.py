"""The page Why this?: one question, one file."""

from recengine.ui.why.page import draw

__all__ = ["draw"]
