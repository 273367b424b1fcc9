"""Every test here may open the whole app."""

import pytest

from recengine.ui import background
from tests.ui.opening import open_app

__all__ = ["open_app"]


@pytest.fixture
def patience(monkeypatch) -> float:
    """However busy the machine is, work beside the page is waited for so many seconds."""
    seconds = 20.0
    monkeypatch.setattr(background, "QUICK_SECONDS", seconds)
    return seconds
