"""Controls of the page Compare."""

from recengine.ui.choices import PageChoices

PAGE = "compare"
_CHOICES = PageChoices(PAGE)
settled, segmented = _CHOICES.settled, _CHOICES.segmented
menu, optional_menu = _CHOICES.menu, _CHOICES.optional_menu
