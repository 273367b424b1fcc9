"""The page Compare: rankers, people and moments held side by side."""

from recengine.ui.compare.page import draw
from recengine.ui.compare.training import draw_training

__all__ = ["draw", "draw_training"]
