"""The item in focus: what it is, why it stands where it stands, what is near it before and now."""

import pandas as pd
import streamlit as st

from recengine.engine.results import Explanation
from recengine.types import CATEGORIES, DESCRIPTION, TITLE, YEAR
from recengine.ui import frame, states
from recengine.ui.text import markup, plain
from recengine.ui.view import View

# Kinds of evidence, in the order in which parts are listed: (kind, plain name, CSS variable).
_KINDS = (
    ("taste", "Overall taste", "taste"),
    ("event", "What they did", "events"),
    ("context", "This moment", "context"),
    ("profile", "Profile", "profile"),
    ("prior", "Often next", "prior"),
    ("popularity", "Popular anyway", "popularity"),
    ("feedback", "What you said", "feedback"),
    ("average", "An average history", "popularity"),
)
_NEAR = 4


def draw(view: View, item_id: str) -> None:
    """Draw the card of an item; with an empty id, what would be there."""
    if not item_id:
        states.empty("No item in focus", "Click a dot on the map.", ":material/ads_click:")
        return
    explanation = view.answers.explain(view.request, item_id)
    with st.container(border=True, key="focus", gap="small"):
        st.html(f"{_head(view, item_id, explanation)}{parts(explanation)}")
        if st.button("Why this?", icon=":material/help_center:", key="focus_why", width="stretch"):
            frame.go("why", item=item_id)
        _draw_neighbours(view, item_id)


def parts(explanation: Explanation) -> str:
    """Bars of what speaks for the item (to the right) and against it, by kind."""
    sums = {kind: 0.0 for kind, _, _ in _KINDS}
    for one in explanation.evidence:
        sums[one.kind] += one.weight
    longest = max(map(abs, sums.values()), default=0.0) or 1.0
    rows = "".join(
        f'<div class="re-part"><span>{name}</span>'
        f'<i class="{"for" if sums[kind] > 0 else "against"}" '
        f'style="--length:{abs(sums[kind]) / longest:.3f};--colour:var(--re-{colour})"></i>'
        f"<b>{sums[kind]:+.2f}</b></div>"
        for kind, name, colour in _KINDS
        if abs(sums[kind]) >= 0.005
    )
    spoken = ", ".join(f"{name} {sums[kind]:+.2f}" for kind, name, _ in _KINDS)
    return (
        f'<div class="re-parts" role="img" aria-label="Parts of its score: {spoken}">{rows}</div>'
    )


def place(rank: int | None, candidates: int) -> str:
    """Where an item stands: "number 3 of 3,394", or why it does not compete."""
    return f"number {rank:,} of {candidates:,}" if rank else "in their history already"


def _head(view: View, item_id: str, explanation: Explanation) -> str:
    item = view.dataset.items.iloc[view.dataset.item_index(item_id) - 1]
    year = item.get(YEAR)
    when = "" if year is None or pd.isna(year) else f" <small>{int(year)}</small>"
    chips = "".join(
        f'<span class="re-chip"><i style="background:'
        f'{view.categories.get(name, "var(--re-popularity)")}"></i>{markup(name)}</span>'
        for name in item[CATEGORIES]
    )
    told = item.get(DESCRIPTION)
    story = "" if told is None or pd.isna(told) else f'<p class="re-told">{markup(told)}</p>'
    candidates = view.answers.recommend(view.request).candidates
    return (
        f'<div class="re-focus"><h4>{markup(item[TITLE])}{when}</h4>'
        f'<div class="re-place">{place(explanation.rank, candidates)}</div>'
        f'<div class="re-group">{chips}</div>{story}</div>'
    )


def _draw_neighbours(view: View, item_id: str) -> None:
    """Nearest items now, then those that were near for everyone and are not any more."""
    near = view.answers.neighbours(view.request, item_id, _NEAR)
    st.html('<div class="re-label">Nearest to it for this person now</div>')
    with st.container(gap=None, key="focus_near"):
        for each in near[near["now"]].itertuples():
            came = "" if each.before else " :violet-badge[came near]"
            _neighbour(each.item_id, plain(each.title) + came, ":material/near_me:")
    left = near[~near["now"]]
    if left.empty:
        st.caption("The same ones as for everyone.")
        return
    st.html('<div class="re-label">Near it for everyone, not now</div>')
    with st.container(gap=None, key="focus_left"):
        for each in left.itertuples():
            _neighbour(each.item_id, plain(each.title), ":material/north_east:")


def _neighbour(item_id: str, label: str, icon: str) -> None:
    st.button(
        label,
        key=f"near_{item_id}",
        type="tertiary",
        icon=icon,
        on_click=frame.focus,
        args=(str(item_id),),
        help="Put it in focus",
    )
