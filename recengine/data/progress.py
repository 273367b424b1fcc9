"""How long work tells how far it is, without knowing who listens."""

from typing import Protocol, runtime_checkable


@runtime_checkable  # so that the tests may check it as a type
class Progress(Protocol):
    """Called now and then by anything slow; a listener that raises cancels the work."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report one step.

        Args:
            stage: plain phrase such as "Reading item texts".
            done: units finished.
            total: units in all; 0 if not known.
        """


def silent(stage: str, done: int, total: int) -> None:
    """A listener that does nothing."""
