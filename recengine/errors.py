"""Everything a user can do wrong, as exceptions.

    RecEngineError              any of the below; the message is fit to show to a person
    |-- DataError               a file or table that cannot be used as it is   (ValueError)
    |-- ConfigError             an impossible setting                          (ValueError)
    |-- UnknownNameError        a name that is not in a list of known ones     (LookupError)
    |-- DownloadError           something from outside could not be fetched    (OSError)
    |-- StorageError            a file of ours could not be written or read    (OSError)
    `-- TrainingError           training cannot go on                          (RuntimeError)

Every message says what came, what was expected, and what to do next.
"""

import difflib
from collections.abc import Iterable


class RecEngineError(Exception):
    """A problem that the person at the keyboard can do something about."""


class DataError(RecEngineError, ValueError):
    """A file or table that cannot be used as it is."""


class ConfigError(RecEngineError, ValueError):
    """An impossible setting."""


class UnknownNameError(RecEngineError, LookupError):
    """A name that is not in the list of known ones."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        known = [str(each) for each in known]
        close = difflib.get_close_matches(str(name), known, n=3)
        shown = ", ".join(known[:8]) + (f", ... ({len(known):,} in all)" if len(known) > 8 else "")
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        super().__init__(f"Unknown {kind} {str(name)[:80]!r}. Known: {shown or 'none'}.{hint}")
        self.kind, self.name = kind, name


class DownloadError(RecEngineError, OSError):
    """Something from outside could not be fetched."""


class StorageError(RecEngineError, OSError):
    """A file of ours could not be written or read."""


class TrainingError(RecEngineError, RuntimeError):
    """Training cannot go on."""
