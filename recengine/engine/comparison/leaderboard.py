"""Measured rankers side by side: who is ahead of whom, and by more than noise?

Axes: question, rival.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float64

from recengine.engine.blends import measured_label
from recengine.engine.comparison.measurements import KeptAnswers, Measurements
from recengine.engine.comparison.results import Leaderboard, MetricMeaning
from recengine.engine.wording import listed
from recengine.errors import UnknownNameError
from recengine.evaluation.metrics import MAIN, METRICS, Metric, mean_over_seeds
from recengine.evaluation.significance import differences, holm

ROW_COLUMNS = ["ranker", "label", "metric", "value", "low", "high", "seeds", "seconds"]
DIFFERENCE_COLUMNS = ["ranker", "metric", "difference", "diff_low", "diff_high", "p_holm"]
BASELINES = ("recency-ease", "popularity")  # the first that was measured, unless one is chosen
LEVEL = 0.05
HITS = "hr@10"
TEMPERATURES = "temperatures"  # a fact that results of raw scores lack


def leaderboard_of(measured: Measurements, against: str = "") -> Leaderboard:
    """The leaderboard of some results.

    Raises:
        UnknownNameError: nobody measured the baseline.
    """
    order = order_of(measured)
    baseline = against or next((name for name in BASELINES if name in order), order[-1])
    if baseline not in order:
        raise UnknownNameError("measured ranker", baseline, order)
    table = table_of(measured).merge(
        differences_to(measured, baseline), on=["ranker", "metric"], how="left"
    )
    table["verdict"] = _verdicts(measured, table, baseline)
    places = [table["metric"].map(list(METRICS).index), table["ranker"].map(order.index)]
    table = table.iloc[np.lexsort(places)].reset_index(drop=True)
    shown = set(table["metric"])
    of_data = {"data_fingerprint": measured.facts.get("data_fingerprint", "")}
    return Leaderboard(
        table=table,
        metrics={
            name: MetricMeaning(each.label, each.meaning + _raw(measured, each), each.better)
            for name, each in METRICS.items()
            if name in shown
        },
        slices=measured.slices,
        baseline=baseline,
        facts={name: made | of_data for name, made in measured.rankers.items()},
        protocol=protocol_sentence(measured),
        made_with=measured.facts["made_with"],
        sentence=sentence_of(measured),
    )


def order_of(measured: Measurements) -> list[str]:
    """Measured rankers, best first."""
    main = {row["ranker"]: row["value"] for row in measured.rows if row["metric"] == MAIN}
    return sorted(main, key=lambda name: -main[name])


def table_of(measured: Measurements) -> pd.DataFrame:
    """The figures as they were written."""
    table = pd.DataFrame(measured.rows)[ROW_COLUMNS]
    label = table["ranker"].map(labels_of(measured))
    return table.assign(label=label).astype({"low": float, "high": float})


def labels_of(measured: Measurements) -> dict[str, str]:
    """Labels as they were when the rankers were measured, blends after their two rankers."""
    written = {row["ranker"]: row["label"] for row in measured.rows}
    return {name: measured_label(label, _facts(measured, name)) for name, label in written.items()}


def protocol_sentence(measured: Measurements) -> str:
    """The rules, with how much was asked."""
    facts = measured.facts
    people = facts.get("people", facts["questions"])
    questions = f", {facts['questions']:,} questions" if people != facts["questions"] else ""
    return f"{facts['description']}; {people:,} people asked{questions}"


def differences_to(measured: Measurements, baseline: str) -> pd.DataFrame:
    """ranker, metric, difference, diff_low, diff_high, p_holm: how far each is ahead.

    Computed from the answers that were kept; without them, what was written down is looked up.
    Metrics that are one number for all questions together are not compared.
    """
    kept = measured.answers
    if kept is None or baseline not in kept.rankers:
        return _written_differences(measured, baseline)
    rows = []
    for metric in METRICS.values():
        values = _values(kept, metric)
        rivals = [
            name for name in values if name != baseline and _alike(measured, metric, name, baseline)
        ]
        if baseline not in values or not rivals:
            continue
        theirs = np.stack([values[name] for name in rivals], axis=1)
        found = differences(theirs, values[baseline], people=kept.users, of_mean=metric.of_mean)
        adjusted = holm(np.array([each.p_value for each in found]))
        for name, each, p_holm in zip(rivals, found, adjusted, strict=True):
            interval = each.interval
            bounds = (interval.mean, interval.low, interval.high)
            rows.append((name, metric.name, *bounds, float(p_holm)))
    return pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)


def sentence_of(measured: Measurements) -> str:
    """Who wins, for somebody who does not know the metrics; judged person by person."""
    order = order_of(measured)
    value = {row["ranker"]: row["value"] for row in measured.rows if row["metric"] == HITS}
    label = labels_of(measured)
    best, *others = order
    found = f"{label[best]} finds the next choice among its first ten for {_of(value[best])}"
    if not others:
        return f"{found}; no other ranker was measured, so there is nothing to compare it with."
    paired = _written_differences(measured, best).set_index(["ranker", "metric"])
    behind = [
        name
        for name in others
        if (name, HITS) in paired.index and paired.loc[(name, HITS), "diff_high"] < 0
    ]
    close = others[: others.index(behind[0])] if behind else others
    told = ""
    if behind and value[behind[0]] > 0:
        lead = value[best] / value[behind[0]] - 1
        told = f", {lead:.0%} more often than {label[behind[0]]}"
    if close:
        told += f"; {_close([label[name] for name in close])} too close to tell apart"
    return f"{found}{told}."


def _facts(measured: Measurements, name: str) -> dict[str, Any]:
    """How a ranker was measured; empty where nothing is known."""
    return measured.rankers.get(name, {})


def _close(labels: Sequence[str]) -> str:
    if len(labels) == 1:
        return f"{labels[0]} is"
    return f"{listed(_few(labels))} are"


def _few(labels: Sequence[str]) -> Sequence[str]:
    """The labels if they are few, else the first and how many more there are."""
    return labels if len(labels) < 4 else [labels[0], f"{len(labels) - 1} more"]


def _of(share: float) -> str:
    """A share of people in whole people."""
    return (
        f"{100 * share:.0f} of 100 people"
        if share >= 0.095
        else (f"{1000 * share:.0f} of 1,000 people")
    )


def _alike(measured: Measurements, metric: Metric, name: str, baseline: str) -> bool:
    """Whether two figures were made alike: probabilities with a temperature, or both without."""
    scaled = [TEMPERATURES in _facts(measured, each) for each in (name, baseline)]
    return metric.needs != "probabilities" or scaled[0] == scaled[1]


def _raw(measured: Measurements, metric: Metric) -> str:
    """A sentence on the rankers whose probabilities are those of raw scores, if there are any."""
    labels = labels_of(measured)
    raw = [label for name, label in labels.items() if TEMPERATURES not in _facts(measured, name)]
    if metric.needs != "probabilities" or not raw:
        return ""
    whose = "all of them" if len(raw) == len(labels) else listed(_few(raw))
    return f" Measured before that, of raw scores: {whose}."


def _verdicts(measured: Measurements, table: pd.DataFrame, baseline: str) -> list[str]:
    """What each comparison comes to in words; "" for the baseline."""
    label = labels_of(measured)[baseline]
    verdicts = []
    for row in table.itertuples():
        if row.ranker == baseline:
            verdicts.append("")
        elif _alike(measured, METRICS[row.metric], row.ranker, baseline):
            verdicts.append(_verdict(row, label))
        elif TEMPERATURES in _facts(measured, row.ranker):
            verdicts.append(f"not compared, {label} has raw scores")
        else:
            verdicts.append("raw scores, not compared")
    return verdicts


def _verdict(row: Any, baseline: str) -> str:
    if np.isnan(row.difference):
        one_for_all = np.isnan(row.low)
        return "one figure for all, not compared" if one_for_all else "not compared by person"
    if row.diff_low <= 0 <= row.diff_high or row.p_holm >= LEVEL:
        return f"no clear difference from {baseline}"
    ahead = {"higher": ("better", "worse"), "lower": ("worse", "better"), "": ("more", "less")}
    more, less = ahead[METRICS[row.metric].better]
    return f"{more if row.difference > 0 else less} than {baseline}"


def _values(kept: KeptAnswers, metric: Metric) -> dict[str, Float64[np.ndarray, "question"]]:
    """What was measured for each question, by ranker; of those for which it is kept."""
    if metric.of_ranks is not None:
        return {
            name: mean_over_seeds(metric.name, each.ranks, kept.competitors)
            for name, each in kept.rankers.items()
        }
    return {
        name: each.values[metric.name].astype(np.float64)
        for name, each in kept.rankers.items()
        if metric.name in each.values
    }


def _written_differences(measured: Measurements, baseline: str) -> pd.DataFrame:
    rows = []
    for row in measured.differences:
        bounds = (row["value"], row["low"], row["high"])
        p_holm = row.get("p_holm", float("nan"))
        if row["against"] == baseline:
            rows.append((row["ranker"], row["metric"], *bounds, p_holm))
        elif row["ranker"] == baseline:
            value, low, high = bounds
            rows.append((row["against"], row["metric"], -value, -high, -low, p_holm))
    return pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)
