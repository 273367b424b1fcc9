"""What the item texts are worth, as measured."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace
from recengine.engine.paired import NDCG, judged
from recengine.engine.state import State
from recengine.engine.texts.adapting import BLEND, COLD, FROZEN, LABELS, WARM
from recengine.engine.texts.measures import ADAPTED, READING, SIZES, read_section
from recengine.engine.texts.results import (
    ADAPTED_COLUMNS,
    READING_COLUMNS,
    SIZE_COLUMNS,
    TextMeasure,
    TextWorth,
)
from recengine.engine.wording import listed
from recengine.models.joint_text import JointText
from recengine.models.recency_ease import RecencyEase

Told = Callable[[pd.DataFrame, dict[str, Any]], str]  # table and facts to a sentence
NOT_YET = "Nobody has measured this on this data yet."
WORTH_KEEPING = 0.9  # share of neighbours below which vectors are other vectors


class Texts:
    """Questions about the texts of the items of one loaded dataset."""

    def __init__(self, state: State) -> None:
        self._state = state

    def worth(self) -> TextWorth:
        """Everything that was measured."""
        return text_worth(self._state.dataset, self._state.workspace)


def text_worth(dataset: Dataset, workspace: Workspace) -> TextWorth:
    """Everything that was measured about the texts of a dataset."""
    name = dataset.name

    def measure(
        section: str, columns: list[str], together: list[str], made_with: str, told: Told
    ) -> TextMeasure:
        kept = read_section(dataset, section, workspace)
        if kept is None:
            return TextMeasure(pd.DataFrame(columns=columns), NOT_YET, made_with, {})
        table = judged(pd.DataFrame(kept["rows"]), together)[columns]
        if section == ADAPTED:  # ways of adapting are called as they are called today
            table["label"] = table["name"].map(LABELS).fillna(table["label"])
        facts = kept["facts"]
        return TextMeasure(table, told(table, facts), facts["made_with"], facts)

    by_text = f"recengine texts {name}"
    return TextWorth(
        adapted=measure(
            ADAPTED, ADAPTED_COLUMNS, ["group", "metric"], f"recengine adapt {name}", _adapted
        ),
        sizes=measure(SIZES, SIZE_COLUMNS, ["encoder"], f"{by_text} --sizes", _sizes),
        reading=measure(READING, READING_COLUMNS, ["metric"], f"{by_text} --reading", _reading),
    )


def _adapted(table: pd.DataFrame, facts: dict[str, Any]) -> str:  # noqa: ARG001
    """Which way of learning helps whom."""
    rows = table[(table["metric"] == NDCG) & (table["name"] != FROZEN)]
    groups = {
        WARM: "known items",
        COLD: "brand-new items",
        BLEND: "the blend with what goes together",
    }
    better = [_gain(rows, group, text) for group, text in groups.items()]
    worse = [
        text
        for group, text in groups.items()
        if (rows[rows["group"] == group]["verdict"] == "worse").any()
    ]
    gains = [each for each in better if each]
    told = (
        f"Letting the encoder learn from this data helps: {listed(gains)}."
        if gains
        else "Letting the encoder learn from this data ranks nothing better by more than noise."
    )
    return told + (f" Some ways of it make {listed(worse)} rank worse." if worse else "")


def _gain(rows: pd.DataFrame, group: str, text: str) -> str:
    """The best clear gain in one group in words; empty if there is none."""
    ahead = rows[(rows["group"] == group) & (rows["verdict"] == "better")]
    if ahead.empty:
        return ""
    best = ahead.loc[ahead["difference"].idxmax()]
    before = best["value"] - best["difference"]
    return f"{text} rank {best['difference'] / before:.0%} better" if before > 0 else f"{text} rank"


def _sizes(table: pd.DataFrame, facts: dict[str, Any]) -> str:  # noqa: ARG001
    """The smallest size that costs nothing that can be told."""
    rows = table[table["encoder"] == FROZEN]
    good = rows[(rows["verdict"] != "worse") & (rows["overlap"] >= WORTH_KEEPING)]
    best = good.loc[good["saved"].idxmax()]
    if best["saved"] <= 0:
        return "No smaller size keeps the neighbours of the items as they are."
    size = best["label"].partition(", ")[2]
    moved = np.abs(best[["diff_low", "diff_high"]].to_numpy(dtype=float)).max()
    return (
        f"Kept as {size}, item vectors take {best['saved']:.0%} less memory; "
        f"{best['overlap']:.1%} of each item's ten nearest stay, and ranking quality moves by "
        f"{moved:.3f} NDCG@10 at most."
    )


def _reading(table: pd.DataFrame, facts: dict[str, Any]) -> str:
    """Whether reading everything together beats the ranker that it corrects."""
    rows = table[table["metric"] == NDCG].set_index("name")
    row, rival = rows.loc[JointText.name], rows.loc[RecencyEase.name, "label"]
    cost = f"at {row['seconds']:.1f} s for {facts['shortlist']} items"
    people = f"asked of {facts['people']} people"
    if row["verdict"] == "better":
        share = row["difference"] / (row["value"] - row["difference"])
        return f"Reading it all together ranks {share:.0%} better than {rival}, {cost} ({people})."
    if row["verdict"] == "worse":
        return f"Reading it all together ranks worse than {rival}, {cost} ({people})."
    gap = np.abs(row[["diff_low", "diff_high"]].to_numpy(dtype=float)).max()
    return (
        f"Reading it all together cannot be told from {rival} by ranking quality (they differ by "
        f"{gap:.3f} NDCG@10 at most), {cost} ({people})."
    )
