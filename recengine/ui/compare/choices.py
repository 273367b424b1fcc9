"""Controls of the page Compare, whose values are in the address under a name each."""

from recengine.ui.choices import Choices

PAGE = "compare"
CONTROLS = Choices(PAGE)
