"""Why not another? What keeps an item out of the list, and the least that would bring it in."""

from dataclasses import replace

import streamlit as st

from recengine.engine.why.answers import Counterfactual, WhyNot
from recengine.ui import states
from recengine.ui.background import streamed
from recengine.ui.text import plain
from recengine.ui.why import parts, told
from recengine.ui.why.comparison import draw_comparison
from recengine.ui.why.subject import Subject, choose_second, present_items

_JUST_BELOW = 10  # items offered: those just below the list


def draw_another(subject: Subject) -> None:
    """The whole answer: about the item in question if it is not in the list, else a second one."""
    view = subject.view
    if subject.item_id not in present_items(subject.listed):
        missing = subject.item_id
    else:
        missing = choose_second(view, "Not in the list", *_just_below(subject))
    if not missing:
        states.empty(
            "Everything is in the list",
            "The list holds every item that competes. Search for any other item above.",
            ":material/playlist_remove:",
        )
        return
    found: WhyNot = view.answers.once(view.engine.why.why_not, view.request, missing)
    with subject.headline:
        told.answer(view, view.engine.telling.answer(found, told.language()))
    if found.last is None:
        st.caption("There is nothing to compare it with, so nothing more can be said.")
        return
    draw_comparison(view, found.last)
    if not found.in_list:
        st.subheader("The least that would bring it in", anchor=False)
        draw_least(subject, missing, out=False)


def _just_below(subject: Subject) -> tuple[dict[str, str], str]:
    view = subject.view
    longer = replace(view.request, k=view.request.k + _JUST_BELOW)
    below = view.answers.recommend(longer).items.iloc[view.request.k :]
    options = {str(row.item_id): f"{row.rank} · {row.title}" for row in below.itertuples()}
    return options, next(iter(options), "")


def draw_least(subject: Subject, item_id: str, *, out: bool) -> None:
    """The smallest set of changes found, in their order; searched beside the page."""
    view = subject.view
    ask = view.engine.why.counterfactual if out else view.engine.why.bring_in
    asked = view.answers.name_of(ask, view.request, item_id)
    what = "Looking for the least change"
    found: Counterfactual | None = streamed(
        asked, lambda p: ask(view.request, item_id, progress=p), what
    )
    if found is None:
        return
    said = view.engine.telling.answer(found, told.language())
    st.markdown(f"**{plain(said)}**")
    if not found.evidence:
        return
    ranks = [found.rank_before, *(one.facts["rank_after"] for one in found.evidence)]
    steps = " → ".join(f"{rank:,}" for rank in ranks)
    st.caption(
        f"Its place with one change after the other: {steps}. {found.tried:,} changed requests "
        "were scored, each by the whole ranker, interest included."
    )
    name = f"least_{'out' if out else 'in'}_{item_id}"
    parts.evidence(view, found, name, "The changes in their order")
