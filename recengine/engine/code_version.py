"""Which code made a figure."""

import subprocess
from functools import cache
from pathlib import Path

from recengine import __version__


@cache
def code_version(root: Path = Path(__file__).parents[2]) -> str:
    """The version and, where it runs from a checkout, the commit: 0.1.0+43d016a.

    Ends with .changed if files of the checkout differ from that commit.

    Args:
        root: the folder that may be a checkout.
    """
    if not (root / ".git").exists():
        return __version__
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--exclude=*", "--abbrev=7", "--dirty=.changed"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):  # no git here, or not our checkout
        return __version__
    return f"{__version__}+{said.stdout.strip()}"
