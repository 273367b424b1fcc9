"""Recommendations as cards that glide to their new places when the list changes."""

from recengine.ui.cards.component import draw_cards
from recengine.ui.cards.payload import pack

__all__ = ["draw_cards", "pack"]
