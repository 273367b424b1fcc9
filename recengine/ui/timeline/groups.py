"""How a group of people drifted, and who left a category: the whole view."""

import pandas as pd
import streamlit as st

from recengine.engine.evolution.results import Cohort
from recengine.ui import address, states, widgets
from recengine.ui.address import BY, GROUP, INTEREST
from recengine.ui.charts import cohort as charts
from recengine.ui.text import count, markup
from recengine.ui.timeline.marks import CONTROLS, PAGE
from recengine.ui.view import View

_QUIET = {"displayModeBar": False}
_ROWS = 8
_MANY = 0.3  # share of typed-in histories from which the page warns
_PATH = {
    "stage": "Tenth of the history",
    "category": "Category",
    "mean": "Mean share",
    "low": "From (95 %)",
    "high": "To (95 %)",
    "people_low": "80 % of people from",
    "people_high": "80 % of people to",
}
_MOVERS = {
    "category": "Category",
    "start": "Share at the start",
    "end": "Share at the end",
    "change": "Change",
    "change_low": "Change from",
    "change_high": "Change to",
    "held": "Held it at the start",
    "left": "Left it",
    "left_share": "Left, share",
    "left_low": "Left from",
    "left_high": "Left to",
    "joined": "Came to it",
    "net": "Balance",
    "net_low": "Balance from",
    "net_high": "Balance to",
}
_METHOD = """
Up to 200 people of the group with 20 events or more are drawn by lot and followed through their
interest vectors. Each person's history is cut into ten equal parts, so that people of any pace lie
side by side; dates are not used, since many histories were typed in at one sitting. The band is the
95 % interval of the mean (bootstrap over people); for one category, the wide band holds the middle
80 % of the people.

A person **holds** the three categories that are strongest in the first fifth of the history, and
**left** one that is not among the three strongest of the last fifth. Whoever starts with much of
something has less of it later by chance alone, so leaving counts only against joining: the
**balance** says whether the group moved.
"""


def draw(view: View) -> None:
    """The whole view."""
    headline = st.container()
    ways = {way.name: way for way in view.answers.groups()}
    if not ways:
        states.empty(
            "There are too few people to follow groups",
            "A group needs 30 people with 20 events or more each.",
            ":material/groups:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="group_controls"):
        by = CONTROLS.menu(
            "People by", BY, {n: way.label for n, way in ways.items()}, next(iter(ways))
        )
        sizes = ways[by].groups
        if address.chosen(PAGE, GROUP) not in sizes:  # of another way to divide people
            address.choose(PAGE, **{GROUP: ""})
        options = {name: f"{name} · {size:,}" for name, size in sizes.items()}
        group = CONTROLS.menu("Group", GROUP, options, next(iter(options)), width=300)
        shown = st.container(width="content")
    _measure(view, by, group)
    cohort = view.answers.cohort(by, group, view.request.ranker)
    with shown:
        focus = _choose_category(cohort)
    with headline:
        widgets.answer(cohort.sentence, _followed(cohort))
        if cohort.typed_in >= _MANY:
            st.caption(
                f":material/info: The histories of {cohort.typed_in:.0%} of them look typed in at "
                "a few sittings: what looks like drift may be the order of a form."
            )
    _draw_pictures(view, cohort, focus)
    widgets.method(_METHOD)
    widgets.numbers(
        cohort.movers,
        f"leavers_{by}_{group}",
        _MOVERS,
        "Leaving and joining",
        "Numbers of leaving and joining",
    )
    widgets.numbers(
        cohort.path,
        f"drift_{by}_{group}",
        _PATH,
        "Mean shares by tenth of history",
        "Numbers of the course",
    )


def _draw_pictures(view: View, cohort: Cohort, focus: str) -> None:
    """The course of the shares, and beside it who left and who came."""
    left, right = st.columns([0.56, 0.44], gap="medium")
    with left, st.container(border=True, key="card_drift", height="stretch"):
        st.plotly_chart(
            charts.drift(cohort, view.categories, view.palette, focus),
            theme=None,
            config=_QUIET,
            key="cohort_drift",
            alt=cohort.sentence,
        )
        people = " The wide band holds the middle 80 % of the people." if focus else ""
        st.caption(f"Bands are 95 % intervals of the mean.{people}")
    with right, st.container(border=True, key="card_movers", height="stretch"):
        st.subheader("Who left, who came", anchor=False)
        st.html(movers(cohort.movers))


def _measure(view: View, by: str, group: str) -> None:
    """Compute what is missing, with how far it is; going elsewhere ends it, and loses nothing."""
    evolution = view.engine.evolution
    place = st.empty()
    if not evolution.missing(by, group, view.request.ranker):
        return
    bar = place.progress(0.0, "Following the people of this group")

    def told(stage: str, done: int, total: int) -> None:
        bar.progress(done / max(total, 1), f"{stage}: {done:,} of {total:,}")

    evolution.measure(by, group, view.request.ranker, told)
    place.empty()


def _choose_category(cohort: Cohort) -> str:
    names = {name: name for name in cohort.path["category"].unique()}
    if address.chosen(PAGE, INTEREST) not in names:
        address.choose(PAGE, **{INTEREST: ""})
    return CONTROLS.optional_menu("Category", INTEREST, names, "The strongest ones")


def _followed(cohort: Cohort) -> str:
    all_of = "all" if cohort.people == cohort.of else f"{cohort.people:,} drawn by lot"
    return f"{count(cohort.of, 'person', 'people')} with 20 events or more; {all_of} followed."


def movers(table: pd.DataFrame) -> str:
    """Leaving against joining, as markup, one row a category; faded where it is noise."""
    rows = table[(table["left"] + table["joined"]) > 0]
    rows = rows.sort_values("net", key=abs, ascending=False).head(_ROWS)
    most = max(1, int(rows[["left", "joined"]].max(axis=None))) if len(rows) else 1
    lines = "".join(_mover(row, most) for row in rows.to_dict("records"))
    head = "<span></span><span>left</span><span>came</span><span>balance</span>"
    return f'<div class="re-movers"><div class="re-movers-head">{head}</div>{lines}</div>'


def _mover(row: dict, most: int) -> str:
    name, left, joined = markup(row["category"]), int(row["left"]), int(row["joined"])
    of_held = (
        f"{left} of {int(row['held'])} who held it left ({row['left_share']:.0%}, "
        f"{row['left_low']:.0%} to {row['left_high']:.0%}); {joined} came"
        if row["held"]
        else f"nobody held it; {joined} came"
    )
    balance = f"{row['net']:+.0%} <small>{row['net_low']:+.0%} to {row['net_high']:+.0%}</small>"
    return (
        f'<div class="re-mover{"" if row["net_sure"] else " re-faded"}" title="{name}: {of_held}">'
        f"<span>{name}</span>"
        f'<span class="re-left"><b>{left}</b><i style="width:{left / most:.0%}"></i></span>'
        f'<span class="re-came"><i style="width:{joined / most:.0%}"></i><b>{joined}</b></span>'
        f"<span>{balance}</span></div>"
    )
