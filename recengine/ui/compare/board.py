"""The leaderboard: how good each ranker is, for whom, and at what price."""

import math

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from recengine.engine.comparison.results import Leaderboard, MetricMeaning
from recengine.ui import states, widgets
from recengine.ui.address import AGAINST, MEASURE, PROTOCOL, SLICE
from recengine.ui.charts import trade_off
from recengine.ui.compare.choices import CONTROLS
from recengine.ui.compare.provenance import draw_provenance, in_use
from recengine.ui.intervals import Scale, intervals
from recengine.ui.text import count, markup, plain
from recengine.ui.view import View

SURE = 0.05  # a difference whose corrected p-value is at least this is as good as noise
_QUIET = {"displayModeBar": False}
_SHARES = ("hr@", "recall@", "coverage@")  # measures that read as percentages
_QUALITY, _DIVERSITY = "ndcg@10", "diversity@"
_COLUMNS = {
    "label": "Ranker",
    "metric": "Measure",
    "value": "Value",
    "low": "From",
    "high": "To",
    "difference": "Difference",
    "diff_low": "Difference from",
    "diff_high": "Difference to",
    "p_holm": "p (Holm)",
    "verdict": "Verdict",
    "seeds": "Seeds",
    "seconds": "Training, seconds",
}
_SLICE_COLUMNS = {
    "label": "Ranker",
    "slice": "Slice",
    "value": "Value",
    "people": "People",
    "metric": "Measure",
    "mean": "Mean",
    "low": "From",
    "high": "To",
}


def draw_leaderboard(view: View) -> None:
    """The whole view."""
    headline = st.container()
    protocols = {name: name for name in view.engine.measured_protocols()}
    if not protocols:
        _not_measured(view)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_controls"):
        protocol = CONTROLS.menu("Protocol", PROTOCOL, protocols, next(iter(protocols)))
        board, measure = _choose(view, protocol)
    meaning = board.metrics[measure]
    with headline:
        widgets.answer(board.sentence, board.protocol)
    _draw_standings(view, board, measure, meaning)
    _draw_prices(view, board, measure)
    _draw_slices(view, board, measure)
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.method(_how(view, board, meaning))
    widgets.numbers(board.table, "leaderboard", _COLUMNS, "Every measure of every ranker")
    draw_provenance(board)


def _not_measured(view: View) -> None:
    board = view.answers.quality()
    states.empty(
        "Nobody has measured the rankers on this data yet",
        f"This page would show every ranker with its interval, at what price it comes and for whom "
        f"it is good. Find out with `{board.made_with}`. Side by side works without.",
        ":material/leaderboard:",
    )


def _choose(view: View, protocol: str) -> tuple[Leaderboard, str]:
    """Measure and baseline; the baselines on offer are those that were measured."""
    plain_board = view.answers.leaderboard(protocol, "")
    measures = {name: meaning.label for name, meaning in plain_board.metrics.items()}
    measure = CONTROLS.menu("Measure", MEASURE, measures, next(iter(measures)))
    rankers = dict(zip(plain_board.table["ranker"], plain_board.table["label"], strict=True))
    against = CONTROLS.menu(
        "Against",
        AGAINST,
        rankers,
        plain_board.baseline,
        help_text="The ranker that all others are compared with, person by person.",
    )
    return view.answers.leaderboard(protocol, against), measure


def _draw_standings(view: View, board: Leaderboard, measure: str, meaning: MetricMeaning) -> None:
    rows = standings(board, measure)
    percent = measure.startswith(_SHARES)
    scale = Scale.of(rows, percent=percent, from_zero=meaning.better == "higher")
    direction = {"higher": "Further right is better.", "lower": "Further left is better."}
    with st.container(border=True, key="card_standings"):
        st.subheader(plain(meaning.label), anchor=False)
        st.html(intervals(rows, view.request.ranker, percent=percent, scale=scale))
        said = f"{plain(meaning.meaning)} {direction.get(meaning.better, '')}"
        st.caption(f"{said} {_legend(rows, board.made_with)}")


def standings(board: Leaderboard, measure: str) -> pd.DataFrame:
    """One measure of every ranker, with what the comparison comes to and the cost in words."""
    rows = board.table[board.table["metric"] == measure].dropna(subset="value")
    baseline = rows["ranker"] == board.baseline
    # "better than Goes together (EASE)": whom it is against stands in the control above
    verdicts = rows["verdict"].str.replace(r" (than|from) .*", "", regex=True)
    verdicts = verdicts.mask(baseline, "the others stand against it")
    costs = rows["seconds"].map(cost)
    return rows.assign(
        said=[f"{v} · {c}" if v else c for v, c in zip(verdicts, costs, strict=True)],
        faded=(rows["p_holm"] >= SURE) & ~baseline,
        uncompared=rows["difference"].isna() & ~baseline,
    )


def _legend(rows: pd.DataFrame, made_with: str) -> str:
    """What bars, faded rows and hollow dots mean, of those that are drawn."""
    if rows["low"].isna().all():
        return (
            "This measure is one figure for all people together: it has no interval, and nothing "
            "tells a difference from noise. Hollow dots are not compared."
        )
    legend = "Bars are 95 % intervals; what is drawn faded is no difference we can trust."
    if rows["uncompared"].any():
        legend += (
            " Hollow dots are not compared: what each person got was not kept at that time, or was "
            f"measured in another way. `{made_with} --again` measures it anew."
        )
    return legend


def cost(seconds: float) -> str:
    """Time of training as people say it."""
    if math.isnan(seconds):
        return "training time unknown"
    if seconds < 1:
        return "no training to speak of"
    if seconds < 90:
        return f"{seconds:.0f} s of training"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min of training"
    return f"{seconds / 3600:.1f} h of training"


def _draw_prices(view: View, board: Leaderboard, measure: str) -> None:
    """Two pictures: what quality costs, and what it does to variety."""
    wide = board.table.pivot_table(index=["ranker", "label"], columns="metric", values="value")
    seconds = board.table.groupby("ranker", sort=False)["seconds"].first()
    quality = measure if board.metrics[measure].better == "higher" else _QUALITY
    if quality not in wide:
        return
    points = wide.reset_index().rename(columns={quality: "y"})
    points["seconds"] = points["ranker"].map(seconds)
    name = board.metrics[quality].label
    variety = next((each for each in board.metrics if _DIVERSITY in each and each in wide), "")
    columns = st.columns(2 if variety else 1, gap="small")
    with columns[0], st.container(border=True, key="card_cost", height="stretch"):
        st.subheader("What quality costs", anchor=False)
        figure = trade_off.costs(points, name, view.request.ranker, view.palette)
        _picture(figure, "compare_cost", f"{name} against seconds of training")
        st.caption("Higher and further left is better; the line joins what nothing else beats.")
    if not variety:
        return
    with columns[1], st.container(border=True, key="card_variety", height="stretch"):
        st.subheader("What it does to variety", anchor=False)
        label = board.metrics[variety].label
        points = points.rename(columns={variety: "x"}) if variety != quality else points
        points["x"] = points.get("x", points["y"])
        figure = trade_off.balance(points, label, name, view.request.ranker, view.palette)
        _picture(figure, "compare_variety", f"{name} against {label}")
        st.caption(f"{plain(board.metrics[variety].meaning)}")


def _picture(figure: go.Figure, key: str, said: str) -> None:
    st.plotly_chart(figure, theme=None, config=_QUIET, key=key, alt=said)


def _draw_slices(view: View, board: Leaderboard, measure: str) -> None:
    """Small multiples: one picture per value of a slice, all on one scale."""
    rows = board.slices[board.slices["metric"] == measure]
    if rows.empty:
        return
    st.subheader("For whom, for what, when", anchor=False)
    names = {name: name for name in dict.fromkeys(rows["slice"])}
    chosen = CONTROLS.segmented("Slice", SLICE, names, next(iter(names)))
    labels = dict(zip(board.table["ranker"], board.table["label"], strict=True))
    rows = slices_shown(board, rows, view.request.ranker)
    mine = rows[rows["slice"] == chosen]
    percent = measure.startswith(_SHARES)
    table = mine.rename(columns={"value": "of", "mean": "value"})
    table["label"] = table["ranker"].map(labels)
    better = board.metrics[measure].better
    scale = Scale.of(table, percent=percent, from_zero=better == "higher")
    panels = "".join(
        _panel(of, part, scale, view.request.ranker) for of, part in table.groupby("of", sort=False)
    )
    st.html(f'<div class="re-multiples">{panels}</div>')
    st.caption("The ranker in use, the one it is held against, and the best of the others.")
    everything = board.slices.assign(label=board.slices["ranker"].map(labels))
    widgets.numbers(everything, "slices", _SLICE_COLUMNS, "Every measure for every slice")


MOST_IN_PANEL = 4


def slices_shown(board: Leaderboard, rows: pd.DataFrame, in_use: str) -> pd.DataFrame:
    """The rows of the few rankers that a small picture has room for, best first."""
    ordered = list(dict.fromkeys(board.table["ranker"]))
    wanted = [name for name in (in_use, board.baseline) if name in ordered]
    wanted = list(dict.fromkeys([*wanted, *ordered]))[:MOST_IN_PANEL]
    return rows[rows["ranker"].isin(wanted)]


def _panel(of: str, part: pd.DataFrame, scale: Scale, in_use: str) -> str:
    people = int(part["people"].iloc[0])
    enough = bool(part["enough"].all())
    note = count(people, "person", "people") + ("" if enough else " · too few to tell")
    drawn = intervals(part, in_use, percent=scale.percent, scale=scale)
    return (
        f'<div class="re-multiple{"" if enough else " re-faded"}"><h5>{markup(of)}</h5>'
        f"<small>{note}</small>{drawn}</div>"
    )


def _how(view: View, board: Leaderboard, meaning: MetricMeaning) -> str:
    """Protocol, definitions and how the ranker in use was measured, as Markdown."""
    return "\n\n".join(
        part
        for part in (
            plain(board.protocol),
            f"**{plain(meaning.label)}.** {plain(meaning.meaning)}",
            "Differences are taken person by person; intervals are bootstrapped over people; "
            "verdicts are corrected for the number of comparisons (Holm).",
            in_use(view, board),
        )
        if part
    )
