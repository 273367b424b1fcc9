"""What a search for settings tried, how far it got, and which settings mattered."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from recengine.engine.comparison.results import Job, JobStatus
from recengine.engine.comparison.search_results import Searched, SettingsWorth
from recengine.ui import background, states, widgets
from recengine.ui.address import SEARCHED
from recengine.ui.charts import search
from recengine.ui.compare.choices import CONTROLS
from recengine.ui.compare.training import SECONDS_BETWEEN_LOOKS, part, told
from recengine.ui.intervals import intervals
from recengine.ui.states import calm_errors
from recengine.ui.text import count, plain
from recengine.ui.view import View

_SHOWN = 6  # settings with a picture of their own
_QUIET = {"displayModeBar": False}
_COLUMNS = {
    "number": "Trial",
    "state": "State",
    "score": "Score",
    "best": "Best so far",
    "seconds": "Seconds",
}


def draw_search(view: View) -> None:
    """The whole view."""
    headline = st.container()
    searches = view.engine.searches
    rankers = searches.rankers
    mine = view.request.ranker
    first = mine if mine in rankers and searches.tried(mine) else next(iter(rankers))
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_controls"):
        ranker = CONTROLS.menu("Settings of", SEARCHED, rankers, first)
    _draw_running(view, ranker)
    found = searches.found(ranker)
    if found.trials.empty:
        _nothing_tried(found)
        return
    with headline:
        widgets.answer(found.sentence, _caption(found))
    with st.container(border=True, key="card_search"):
        st.subheader("The best so far", anchor=False)
        figure = search.rise(found.trials, found.usual, found.figure, view.palette)
        _picture(figure, "rise", f"{found.figure} of every trial and the best so far.")
        st.caption(_legend(found))
    _draw_worth(view, found)
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.method(_how(found))
    columns = _COLUMNS | {name: spoken(name) for name in found.settings} | {"reason": "Remark"}
    widgets.numbers(found.trials, f"search_{ranker}", columns, "Every trial with its settings")


def spoken(setting: str) -> str:
    """A setting's name as one reads it."""
    return setting.replace("_", " ").capitalize()


def _nothing_tried(found: Searched) -> None:
    states.empty(
        f"Nobody has searched the settings of {plain(found.label)} on this data yet",
        "This view would show the score of every trial, the best so far and which settings matter. "
        f"Search with the button above, or with `{found.made_with}`.",
        ":material/tune:",
    )


def _caption(found: Searched) -> str:
    rules = f" {found.protocol}." if found.protocol else ""
    return (
        "Judged on the validation questions; the best of many is partly luck, so what it is worth "
        f"is told by training with it and measuring on the test.{rules}"
    )


def _legend(found: Searched) -> str:
    states_of = found.trials["state"].value_counts()
    ended, pruned = int(states_of.get("complete", 0)), int(states_of.get("pruned", 0))
    said = f"Dots are {count(ended, 'trial')} that came to their end, the diamond the best of them."
    if pruned:
        said += (
            f" Crosses are {count(pruned, 'trial')} stopped early, at the last score they told; "
            "one far below the others lies outside the picture."
        )
    if found.chosen:
        best = ", ".join(f"{name}={_short(value)}" for name, value in found.chosen.items())
        said += f" Best settings: {plain(best)}. Use them: {_step(found.next_step)}"
    return said


def _step(step: str) -> str:
    """A command to copy, or words."""
    return f"`{step}`" if step.startswith("recengine") else plain(step)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _draw_worth(view: View, found: Searched) -> None:
    searches = view.engine.searches
    asked = (*view.answers.name_of(searches.worth, found.ranker), searches.stamp(found.ranker))
    worth = background.streamed(
        asked, lambda progress: searches.worth(found.ranker, progress), "Which setting mattered"
    )
    if worth is None:
        return
    with st.container(border=True, key="card_settings"):
        st.subheader("Which setting mattered", anchor=False)
        st.markdown(plain(worth.sentence))
        if not worth.table.empty:
            st.html(intervals(worth_rows(worth), "", percent=True))
            st.caption(
                "Share of the differences between trials that each setting explains alone; the "
                "rest lies in how settings go together. Faded: chance reaches up to "
                f"{worth.chance:.0%}, the largest share of any setting when the scores are dealt "
                f"anew to the trials, of 19 times."
            )
    _draw_settings(view, found, worth)


def worth_rows(worth: SettingsWorth) -> pd.DataFrame:
    """The settings as rows of a chart of shares, with whether chance explains them in words."""
    table = worth.table
    said = ["more than chance" if beyond else "no more than chance" for beyond in table["beyond"]]
    return table.assign(
        ranker=table["setting"], label=table["setting"].map(spoken), value=table["share"],
        low=float("nan"), high=float("nan"), said=said, faded=~table["beyond"],
    )  # fmt: skip


def _draw_settings(view: View, found: Searched, worth: SettingsWorth) -> None:
    """Small pictures of the settings that mattered most, or of the first ones."""
    names = list(worth.table["setting"]) or list(found.settings)
    st.subheader("Each setting against the score", anchor=False)
    grid = st.grid(3, min_column_width=260, gap="small", key="search_settings")
    for name in names[:_SHOWN]:
        with grid.container(border=True):
            st.markdown(f"**{plain(spoken(name))}**")
            _picture(search.against(found.trials, name, found.figure, view.palette), name,
                     f"{found.figure} of every trial over {spoken(name).lower()}")  # fmt: skip


def _picture(figure: object, key: str, said: str) -> None:
    st.plotly_chart(figure, theme=None, config=_QUIET, key=f"search_{key}", alt=plain(said))


def _draw_running(view: View, ranker: str) -> None:
    """The search beside the dashboard: begin it, watch it, end it; it looks again while it runs."""
    running = view.engine.searches.job(ranker).status is JobStatus.RUNNING
    seen = running, view.engine.searches.stamp(ranker)
    st.fragment(_panel, run_every=SECONDS_BETWEEN_LOOKS if running else None)(view, ranker, seen)


@calm_errors()
def _panel(view: View, ranker: str, seen: tuple[bool, str]) -> None:
    searches = view.engine.searches
    job = searches.job(ranker)
    running = job.status is JobStatus.RUNNING
    if seen != (running, searches.stamp(ranker)):
        st.rerun()  # a trial more to draw, or another rhythm of looking
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if running:
            st.progress(part(job), text=plain(told(job)))
            _button("Stop", ":material/stop_circle:", searches.cancel, ranker)
        else:
            label = "Search further" if searches.tried(ranker) else "Search"
            _button(label, ":material/tune:", searches.start, ranker)
            st.caption(_remark(job))


def _remark(job: Job) -> str:
    if job.status is JobStatus.FAILED:
        return f":material/error: {plain(job.error)}"
    if job.status is JobStatus.STOPPED:
        return f":material/pause_circle: Stopped. {plain(job.error)}"
    return "20 trials more, beside the dashboard and with low priority; closing the page is fine."


def _button(label: str, icon: str, act: Callable[[str], None], ranker: str) -> None:
    st.button(label, icon=icon, key=f"search_{label}_{ranker}", on_click=act, args=(ranker,))


def _how(found: Searched) -> str:
    facts = "\n".join(f"- {name}: {plain(fact)}" for name, fact in found.facts.items())
    return "\n\n".join(
        (
            "The first trial has the usual settings; each later one is proposed by a sampler that "
            "learns from the trials before it (TPE). A trial that is behind the median of earlier "
            "ones at the same epoch is stopped. All are judged on the validation questions.",
            "What a setting explains is told by a functional analysis of variance over a random "
            "forest of the trials that came to their end (fANOVA); what chance alone would "
            "explain, by the same with the scores dealt anew to the trials.",
            f"Made with `{found.made_with}`.",
            facts,
        )
    )
