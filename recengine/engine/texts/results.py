"""What a page or a command learns about the worth of the item texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

COMPARED = ["value", "low", "high", "difference", "diff_low", "diff_high", "p_holm", "verdict"]
ADAPTED_COLUMNS = ["name", "label", "group", "metric", *COMPARED, "questions", "people"]
SIZE_COLUMNS = [
    "encoder", "name", "label", "width", "precision", "bytes_per_item", "saved", "overlap",
    *COMPARED, "blend", "blend_difference", "blend_low", "blend_high",
]  # fmt: skip
READING_COLUMNS = ["name", "label", "metric", *COMPARED, "seconds", "questions"]


@dataclass(frozen=True)
class TextMeasure:
    """One question about the texts, as measured.

    Attributes:
        table: one row per contestant and measure; empty if nobody measured it. `value` lies between
            `low` and `high`, `difference` is to the first contestant between `diff_low` and
            `diff_high` (95 % over people), `verdict` says in words whether it is more than noise.
        sentence: the answer in one sentence, or that there is none yet.
        made_with: the command that makes it, or made it.
        facts: how it was made.
    """

    table: pd.DataFrame
    sentence: str
    made_with: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class TextWorth:
    """All that was measured about the texts of a dataset.

    Attributes:
        adapted: the encoder as it came against the encoder that learnt from this data; groups
            "warm" (items that were learnt from), "cold" (items held out of the learning, ranked
            among themselves) and "blend" (warm, blended with what goes together).
        sizes: item vectors kept smaller: memory, neighbours kept, ranking quality.
        reading: a language model that reads history, moment and item together, against the ranker
            whose shortlist it puts in order; `seconds` for one request.
    """

    adapted: TextMeasure
    sizes: TextMeasure
    reading: TextMeasure
