"""What a page or a command learns about the worth of the parts of the unified ranker."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

COLUMNS = [
    "part", "label", "metric", "arm", "value", "low", "high", "against", "against_value",
    "against_low", "against_high", "difference", "diff_low", "diff_high", "p_holm", "verdict",
    "seeds",
]  # fmt: skip


@dataclass(frozen=True)
class AblationStudy:
    """What is lost when a part of the unified ranker is left out, as measured.

    Attributes:
        table: one row per part and metric ("ndcg@10", "hr@10", "nearness": minus the natural log of
            the place of the held-out item): part, label, metric, arm (the ranker with the part, in
            words), value, low, high, against (the one without it), against_value, against_low,
            against_high, difference (with minus without, person by person), diff_low, diff_high,
            p_holm (corrected for the number of parts), verdict ("better", "worse", "no clear
            difference"), seeds (trainings averaged). Intervals of 95 % over people. Empty if nobody
            measured it.
        missing: labels of parts that nobody has measured yet.
        kept: in which of the trainings validation kept the dynamic part.
        sentence: the answer.
        protocol: who was asked, and how.
        made_with: the command that gave these figures.
        command: the command that measures every part.
        facts: how each part was measured, by its name.
    """

    table: pd.DataFrame
    missing: tuple[str, ...]
    kept: tuple[bool, ...]
    sentence: str
    protocol: str
    made_with: str
    command: str
    facts: Mapping[str, Mapping[str, Any]]

    @property
    def measured(self) -> bool:
        """Whether there are figures."""
        return not self.table.empty
