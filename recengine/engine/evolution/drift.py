"""How a group that was followed drifted: its course, leaving against joining, and one sentence.

Somebody with much of a category at the start has less of it later by chance alone (regression to
the mean), and somebody with little has more. So leaving is counted against joining; only the
balance of the two says that a group moves.

Axes: person, stage = equal parts of a history, category = as in the shares of a taste.
"""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float32, Float64
from scipy.stats import binomtest

from recengine.engine.evolution.groups import EVERYBODY
from recengine.evaluation.bootstrap import TAILS, bootstrap_mean, resampled_means

ENDS = 2  # stages at either end that are compared: the first and the last fifth
STRONGEST = 3  # categories that a person holds


def course(
    shares: Float32[np.ndarray, "person stage category"], names: tuple[str, ...]
) -> pd.DataFrame:
    """stage, category, mean, low, high, people_low, people_high: as in `Cohort.path`."""
    people, stages, categories = shares.shape
    flat = shares.reshape(people, -1).astype(np.float64)
    low, high = np.quantile(resampled_means(flat), TAILS, axis=0)
    people_low, people_high = np.quantile(flat, (0.1, 0.9), axis=0)
    return pd.DataFrame(
        {
            "stage": np.repeat(np.arange(1, stages + 1), categories),
            "category": np.tile(np.array(names, dtype=object), stages),
            "mean": flat.mean(axis=0),
            "low": low,
            "high": high,
            "people_low": people_low,
            "people_high": people_high,
        }
    )


def movers(
    shares: Float32[np.ndarray, "person stage category"], names: tuple[str, ...]
) -> pd.DataFrame:
    """One row per category, the largest change first: as in `Cohort.movers`."""
    start = shares[:, :ENDS].mean(axis=1).astype(np.float64)
    end = shares[:, -ENDS:].mean(axis=1).astype(np.float64)
    held, holds = _strongest(start), _strongest(end)
    rows = []
    for column, name in enumerate(names):
        change = bootstrap_mean(end[:, column] - start[:, column])
        balance = bootstrap_mean(holds[:, column].astype(float) - held[:, column].astype(float))
        left = int((held[:, column] & ~holds[:, column]).sum())
        had = int(held[:, column].sum())
        share = binomtest(left, had).proportion_ci(method="wilson") if had else None
        rows.append(
            {
                "category": name,
                "start": float(start[:, column].mean()),
                "end": float(end[:, column].mean()),
                "change": change.mean,
                "change_low": change.low,
                "change_high": change.high,
                "sure": not change.low <= 0 <= change.high,
                "held": had,
                "left": left,
                "left_share": left / had if had else float("nan"),
                "left_low": float(share.low) if share else float("nan"),
                "left_high": float(share.high) if share else float("nan"),
                "joined": int((~held[:, column] & holds[:, column]).sum()),
                "net": balance.mean,
                "net_low": balance.low,
                "net_high": balance.high,
                "net_sure": not balance.low <= 0 <= balance.high,
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values("change", key=np.abs, ascending=False, ignore_index=True)


def _strongest(
    shares: Float64[np.ndarray, "person category"],
) -> Bool[np.ndarray, "person category"]:
    """Which categories are among each person's strongest."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :STRONGEST]
    held = np.zeros(shares.shape, dtype=bool)
    np.put_along_axis(held, order, values=True, axis=1)
    return held


def sentence(table: pd.DataFrame, group: str, by: str, people: int) -> str:
    """The answer in one sentence; `table` is that of `movers`."""
    who = "People" if by == EVERYBODY else f"This group ({group})"
    sure = table[table["sure"]]
    if sure.empty:
        return (
            f"{who} did not drift as a whole: no share moved by more than chance would among "
            f"{people:,} people."
        )
    most = sure.iloc[0]
    towards = "towards" if most["change"] > 0 else "away from"
    told = (
        f"{who} drifted {towards} {most['category']}, from {most['start']:.0%} to "
        f"{most['end']:.0%} of the taste"
    )
    leavers = table[table["net_sure"] & (table["net"] < 0)].sort_values("net")
    if leavers.empty:
        return f"{told}; no category lost more people than it won."
    lost = leavers.iloc[0]
    return f"{told}; {lost['category']} lost {lost['left']:,} people and won {lost['joined']:,}."
