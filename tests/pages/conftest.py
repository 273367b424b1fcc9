"""Every test here may open the whole app."""

from tests.ui.opening import open_app

__all__ = ["open_app"]
