"""Where the taste goes next, in words and numbers, and what this person would see then."""

import threading
from concurrent.futures import Future as Work
from concurrent.futures import wait
from dataclasses import replace

import pandas as pd
import streamlit as st

from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.results import Recommendations, Timeline
from recengine.errors import RecEngineError
from recengine.ui import address, atlas, resources, widgets
from recengine.ui.address import AHEAD, AXIS, METHOD
from recengine.ui.aligned import Place, aligned, moved
from recengine.ui.charts.fan import OTHER, ahead_of
from recengine.ui.charts.timeline import bands
from recengine.ui.intervals import Scale, intervals
from recengine.ui.text import plain
from recengine.ui.timeline import honesty
from recengine.ui.timeline.controls import Looking
from recengine.ui.timeline.marks import CONTROLS, PAGE
from recengine.ui.view import View

_SHARES = {
    "ahead": "Ahead",
    "category": "Category",
    "mean": "Mean share",
    **{f"{end}{band}": f"{word} {band} %" for band in (50, 80, 95)
       for end, word in (("low", "From"), ("high", "To"))},
}  # fmt: skip


def ask(view: View, looking: Looking) -> FutureTaste | None:
    """The forecast; None while it is on its way, and, said in a caption, if there can be none.

    The first forecast of a ranker may take a while (baselines are calibrated on the spot), which
    must not hold up the rest of the page.
    """
    method = address.chosen(PAGE, METHOD)
    asked = (*atlas.question(open_moment(view)), looking.ahead, looking.unit, method)
    work = _on_its_way(asked, view, looking, method)
    if not wait([work], timeout=resources.QUICK_SECONDS).done:
        _watch(asked, view, looking, method)
        return None
    try:
        return work.result()
    except RecEngineError as error:
        st.caption(f":material/info: {plain(error)}")
        return None


def open_moment(view: View) -> View:
    """The same question in no particular moment: nobody knows that of the list to come."""
    return replace(view, request=view.request.with_context({}))


@st.cache_resource(max_entries=64, show_spinner=False)
def _on_its_way(
    asked: tuple,  # noqa: ARG001
    _view: View,
    _looking: Looking,
    method: str,
) -> Work[FutureTaste]:
    work: Work[FutureTaste] = Work()
    request = open_moment(_view).request

    def run() -> None:
        try:
            work.set_result(_view.answers.future(request, _looking.ahead, _looking.unit, method))
        except BaseException as error:  # carried to whoever waits, who knows what to do with it
            work.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return work


@st.fragment(run_every=1.0)
def _watch(asked: tuple, view: View, looking: Looking, method: str) -> None:
    """One quiet line until the forecast is there; then the page is drawn with it."""
    if _on_its_way(asked, view, looking, method).done():
        st.rerun()
    st.caption(":material/hourglass_top: The forecast is being calibrated; it comes by itself.")


def draw(view: View, timeline: Timeline, looking: Looking, future: FutureTaste) -> None:
    """How much of each category to expect, and the list then beside today's."""
    st.subheader(f"In {looking.ahead} {looking.unit}", anchor=False)
    st.markdown(plain(future.sentence))
    if future.doubt:
        _draw_doubt(future)
    left, right = st.columns([0.44, 0.56], gap="medium")
    with left, st.container(border=True, key="card_expected", height="stretch"):
        _draw_expected(timeline, looking, future)
    with right, st.container(border=True, key="card_lists_ahead", height="stretch"):
        _draw_lists(view, looking, future)
    with st.container(horizontal=True, vertical_alignment="bottom", key="forecast_foot"):
        _choose_method(future)
        widgets.method(_how(future))
    name = f"forecast_{view.request.user_id}"
    widgets.numbers(
        future.shares,
        name,
        _SHARES,
        "Expected shares with their intervals",
        "Numbers of the forecast",
    )
    honesty.draw(future, view.palette)


def _draw_doubt(future: FutureTaste) -> None:
    """Why days do not suit this person, and the way to events."""
    st.warning(plain(future.doubt), icon=":material/event_busy:")
    st.button(
        "Look some events ahead instead",
        icon=":material/swap_horiz:",
        key="forecast_in_events",
        on_click=address.choose,
        args=(PAGE,),
        kwargs={AXIS: "event", AHEAD: ""},
    )


def _draw_expected(timeline: Timeline, looking: Looking, future: FutureTaste) -> None:
    """Expected share of each category; faded where today's lies within the interval."""
    now = bands(timeline.shares, focus=looking.focus).iloc[-1]
    expected = ahead_of(future, now).iloc[-1]
    last = future.shares[future.shares["ahead"] == future.ahead[-1]].set_index("category")
    rows = pd.DataFrame(
        [
            {
                "ranker": name,
                "label": name,
                "value": expected[name],
                "low": last.loc[name, f"low{looking.band}"],
                "high": last.loc[name, f"high{looking.band}"],
                "said": f"{now[name]:.0%} now",
            }
            for name in now.index
            if name != OTHER and name in last.index
        ]
    )
    rows["faded"] = [low <= now[name] <= high for name, low, high in
                     zip(rows["ranker"], rows["low"], rows["high"], strict=True)]  # fmt: skip
    st.markdown(f"**Share of the taste in {looking.ahead} {looking.unit}**")
    scale = Scale.of(rows, percent=True)
    st.html(
        f'<div class="re-compact">{intervals(rows, looking.focus, percent=True, scale=scale)}</div>'
    )
    st.caption(
        f"Bars are meant to hold {looking.band} of 100 futures; how often they did stands below. "
        "Faded: today's share lies within the bar, so no change we can trust."
    )


def _draw_lists(view: View, looking: Looking, future: FutureTaste) -> None:
    today = view.answers.recommend(open_moment(view).request)
    names = ("Today", f"In {looking.ahead} {looking.unit}")
    st.html(aligned(_today(today, future.items), _then(future.items, len(today.items)), names))
    new = int((future.items["rank_now"] > len(today.items)).sum())
    st.caption(
        f"{new} of {len(future.items)} are new. Both lists come from the same ranker, in no "
        "particular moment, and leave out what was already chosen; only the interest differs."
    )


def _today(today: Recommendations, ahead: pd.DataFrame) -> list[Place]:
    rank_then = dict(zip(ahead["item_id"], ahead["rank"], strict=True))
    return [
        Place(
            str(row.item_id),
            str(row.title),
            said=f"number {rank_then[row.item_id]} then"
            if row.item_id in rank_then
            else "no longer in the list then",
            alone=row.item_id not in rank_then,
        )
        for row in today.items.itertuples()
    ]


def _then(ahead: pd.DataFrame, length: int) -> list[Place]:
    return [
        Place(
            str(row.item_id),
            str(row.title),
            note=f"{row.rank_now:,}" if row.rank_now > length else moved(row.rank, row.rank_now),
            said=f"number {row.rank_now:,} today",
            alone=row.rank_now > length,
        )
        for row in ahead.itertuples()
    ]


def _choose_method(future: FutureTaste) -> None:
    """The forecasters, each with what it was measured to save."""
    methods = future.methods[future.methods["fitted"].astype(bool)]
    labels = {str(row["method"]): f"{row['label']}{_skill(row)}" for _, row in methods.iterrows()}
    options = {"": f"Best that can be trusted ({future.label})", **labels}
    CONTROLS.menu(
        "Forecaster",
        METHOD,
        options,
        "",
        width=330,
        help_text="The figure: share of the error of simply keeping today's taste that it saves, "
        "measured on later events.",
    )


def _skill(method: pd.Series) -> str:
    if pd.isna(method["skill"]):
        return " · not measured"
    return f" · {method['skill']:+.0%}{'' if method['trusted'] else ', no sure gain'}"


def _how(future: FutureTaste) -> str:
    rows = "\n".join(
        f"| {plain(row.label)} | {'–' if pd.isna(row.skill) else f'{row.skill:+.1%}'} | "
        f"{'–' if pd.isna(row.low) else f'{row.low:+.1%} to {row.high:+.1%}'} | "
        f"{plain(row.measured_on) or '–'} |"
        for row in future.methods.itertuples()
    )
    return f"""
A **forecaster** reads the interest vectors up to now and gives the ones to come, as a mean and as
samples. Shares and places on the map are computed from the samples; intervals are widened or
narrowed towards what would have held as often as they say in an earlier stretch of time. How often
they held later is measured: {plain(future.coverage_sentence)} **Skill** is the share of the error
of *persistence* (tomorrow is as today) that a forecaster saves.

A forecast in days supposes that the person does something by then, and goes on acting as usual.

| forecaster | skill | 95 % interval | measured on |
|---|---|---|---|
{rows}
"""
