"""Under which rules a figure was measured; two figures can be compared only under the same ones.

All rank the full catalogue with what was already seen left out; none samples negatives.

Papers: as in `recengine.data.splits`.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from recengine.data.dataset import Dataset
from recengine.data.splits import Split, global_temporal, leave_last_out
from recengine.errors import DataError, UnknownNameError


@runtime_checkable  # so that the tests may check it as a type
class EvaluationProtocol(Protocol):
    """A name, a sentence, and a way to split."""

    @property
    def name(self) -> str:
        """How commands and files call it."""

    def describe(self) -> str:
        """The rules in one sentence."""

    def split(self, dataset: Dataset) -> Split:
        """What is learnt from and what is asked.

        Raises:
            DataError: the data is too small for these rules.
        """


@dataclass(frozen=True, kw_only=True)
class LeaveLastOut:
    """Everybody's last event tests, the one before validates.

    Attributes:
        name: how commands and files call it.
        min_item_count: items with fewer events are left out; if that leaves nobody to ask, as in a
            small log of one's own, rare items count as well and the split says so.
    """

    name: str
    min_item_count: int

    def describe(self) -> str:
        """The rules in one sentence."""
        rare = f"; items with fewer than {self.min_item_count} events left out"
        return (
            f"{self.name}: last event of each person tests, the one before validates"
            f"{rare if self.min_item_count > 1 else ''}"
        )

    def split(self, dataset: Dataset) -> Split:
        """Split by person."""
        try:
            return leave_last_out(dataset, min_item_count=self.min_item_count)
        except DataError:
            if self.min_item_count == 1:
                raise
            return leave_last_out(dataset, min_item_count=1)


@dataclass(frozen=True, kw_only=True)
class GlobalTemporal:
    """Everything before one moment trains; what people did after it is asked.

    Attributes:
        name: how commands and files call it.
        target: "last" asks for each person's last event after the cut, "successive" for each.
        quantile: share of events before the cut.
    """

    name: str
    target: Literal["last", "successive"]
    quantile: float = 0.9

    def describe(self) -> str:
        """The rules in one sentence."""
        asked = "the last event" if self.target == "last" else "every event"
        return (
            f"{self.name}: the first {self.quantile:.0%} of events by time train, {asked} of each "
            f"person after them is asked"
        )

    def split(self, dataset: Dataset) -> Split:
        """Split by time."""
        split = global_temporal(dataset, quantile=self.quantile, target=self.target)
        for part, questions in (("validate with", split.validation), ("test", split.test)):
            if len(questions) == 0:
                raise DataError(
                    f"A temporal split of {dataset.name!r} leaves nothing to {part}: nobody has "
                    f"events before and after the cut on known items. Use P-A or P-B."
                )
        return split


PROTOCOLS: dict[str, EvaluationProtocol] = {
    protocol.name: protocol
    for protocol in (
        LeaveLastOut(name="P-A", min_item_count=5),
        LeaveLastOut(name="P-B", min_item_count=1),
        GlobalTemporal(name="GTS-last", target="last"),
        GlobalTemporal(name="GTS-successive", target="successive"),
    )
}


def find_protocol(name: str) -> EvaluationProtocol:
    """A protocol by name.

    Raises:
        UnknownNameError: no such protocol.
    """
    if name not in PROTOCOLS:
        raise UnknownNameError("protocol", name, PROTOCOLS)
    return PROTOCOLS[name]


def protocol_split(dataset: Dataset) -> Split:
    """The split that rankers are trained and judged on unless another is asked for."""
    return PROTOCOLS["P-A"].split(dataset)
