"""Controls of the page Compare, whose values are in the address under a name each."""

from recengine.ui.choices import Choices

PAGE = "compare"
_CONTROLS = Choices(PAGE)

settled = _CONTROLS.settled
segmented = _CONTROLS.segmented
menu = _CONTROLS.menu
optional_menu = _CONTROLS.optional_menu
