"""An engine that a command opened, waiting for the dashboard that it starts in its own process.

Opening takes seconds even when nothing is missing, so the first page does not open it again.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recengine.engine.facade import Engine

_waiting: dict[tuple[str, Path], "Engine"] = {}


def hand_over(engine: "Engine", name_or_path: str, home: Path) -> None:
    """Leave an engine for whoever asks first for that dataset in that folder."""
    _waiting[name_or_path, home.absolute()] = engine


def collect(name_or_path: str, home: Path) -> "Engine | None":
    """The engine that was left, once; None if nobody left one."""
    return _waiting.pop((name_or_path, home.absolute()), None)
