"""In general: what drives this ranker's lists, for whom, and whose reasons are odd."""

from typing import Any

import streamlit as st

from recengine.engine.telling import audited
from recengine.engine.why.audit_results import Audit
from recengine.ui import address, frame, sidebar, states, widgets
from recengine.ui.address import ODD, QUESTION, SLICED
from recengine.ui.background import streamed
from recengine.ui.charts import audit as charts
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why import parts, told
from recengine.ui.why.subject import CHOICES, PAGE
from recengine.ui.why.tested import draw_tested

_SHOWN = 24  # cases as buttons; all of them are in the table
_METHOD = """
A fair sample of people, each asked in the moment of their last event. The first item of each list
is split into its exact parts; a share is a part's share of all that speaks **for** the item, a mean
over people with its 95 % interval. *Decides* means: without it, another item would be first. That
is exact for the interest as it is; the interest itself came from the history too.

A slice of fewer than 30 people tells nothing and is drawn faded. Where many slices are compared,
one in twenty differs by chance alone.
"""
_KINDS = {"kind": "Kind", "share": "Share", "low": "From", "high": "To", "decisive": "Decides for"}
_FEATURES = {
    "feature": "Fact",
    "value": "Value",
    "people": "People",
    "share": "Share",
    "decisive": "Decides for",
}
_CATEGORIES = {"category": "Category", "share": "In what events say", "base": "In the histories"}
_EVENTS = {
    "title": "Choice",
    "people": "Says most for",
    "having": "Made by",
    "share": "Share among the former",
    "decisive": "Decides for",
}
_CASES = {
    "user_id": "Person",
    "title": "First item",
    "odd": "Odd because of",
    "event": "Strongest event",
    "event_share": "Its share",
    "event_back": "Events back",
    "profile_fields": "Fields that decide",
    "share_popularity": "Popularity",
    "share_profile": "Profile",
}
_ODD_SLICES = {
    "slice": "By",
    "value": "Group",
    "people": "People",
    "odd": "Odd because of",
    "count": "How many",
    "share": "Share",
    "low": "From",
    "high": "To",
}


def draw_general(view: View) -> None:
    """The whole answer: what many lists rest on, and how the ways to find that out were tested."""
    _draw_audit(view)
    draw_tested(view)


def _draw_audit(view: View) -> None:
    """Looked up beside the page the first time."""
    ask, ranker = view.engine.audit, view.request.ranker
    asked = view.answers.name_of(ask, ranker)
    found = streamed(asked, lambda p: ask(ranker, progress=p), "Looking at many people's lists")
    if found is None:
        return
    label = view.engine.ranker_labels.get(ranker, ranker)
    widgets.answer(
        audited.headline(found, label, told.language()),
        f"{label} · {found.people:,} of {found.population:,} people, drawn by lot, each in the "
        "moment of their last event",
    )
    told.choose_language()
    if not found.splits:
        states.empty(
            f"The score of {plain(label)} is no sum",
            "What it rests on can be asked of one item at a time: “Why is it here?” offers the "
            "methods that apply. Choose another ranker in the sidebar for the general view.",
            ":material/functions:",
        )
        return
    first, second = st.columns([0.55, 0.45], gap="medium")
    with first:
        _draw_kinds(view, found)
    with second:
        _draw_categories(view, found)
    _draw_slices(view, found)
    _draw_auditor(view, found)


def _draw_kinds(view: View, found: Audit) -> None:
    st.subheader("What speaks for the first item", anchor=False)
    top = found.kinds.loc[found.kinds["share"].idxmax()]
    said = f"Mostly {top['kind']}: {top['share']:.0%}, from {top['low']:.0%} to {top['high']:.0%}"
    parts.picture(view, charts.kinds_bars(found.kinds, view.palette), "why_kinds", said)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Share of all that speaks for it, with 95 % intervals over people.")
        widgets.method(_METHOD)
    parts.numbers(view, found.kinds, "audit_kinds", _KINDS, "Share by kind", found.sentence)
    if len(found.features):
        what = "Facts of the moment and the person"
        said = audited.strongest_fact(found.features, told.language())
        parts.numbers(view, found.features, "audit_features", _FEATURES, what, said, title=what)
        st.caption(plain(said))


def _draw_categories(view: View, found: Audit) -> None:
    st.subheader("Whose events drive it", anchor=False)
    if found.categories.empty:
        st.caption("No event speaks for any first item of this ranker.")
        return
    said = audited.driving_category(found.categories, told.language())
    picture = charts.categories_bars(found.categories, view.palette)
    parts.picture(view, picture, "why_categories", said)
    st.caption(plain(said))
    parts.numbers(view, found.categories, "audit_categories", _CATEGORIES, "Categories", said)
    if len(found.events):
        what = "Choices that drive most lists"
        said = audited.driving_choice(found.events, told.language())
        st.caption(plain(said))
        parts.numbers(view, found.events, "audit_events", _EVENTS, what, said, title=what)


def _draw_slices(view: View, found: Audit) -> None:
    names = {name: name for name in dict.fromkeys(found.slices["slice"])}
    st.subheader("For whom", anchor=False)
    chosen = CHOICES.segmented("By", SLICED, names, next(iter(names)))
    table = found.slices[found.slices["slice"] == chosen]
    said = f"Share of each kind, by {chosen}"
    parts.picture(view, charts.slices_bars(table, view.palette), f"why_slices_{chosen}", said)
    labels = {"value": chosen, "people": "People", **_KINDS}
    del labels["decisive"]
    parts.numbers(view, table, f"audit_slices_{chosen}", labels, said, found.sentence)
    inside = {
        "Facts": (found.feature_slices, _FEATURES),
        "Categories": (found.category_slices, _CATEGORIES),
    }
    for what, (sliced, names) in inside.items():
        own = sliced[sliced["group"] == chosen] if len(sliced) else sliced
        if len(own):
            said = f"{what} by {chosen}"
            headings = {"member": chosen, "members": "In the group", **names}
            key = f"audit_{what}_{chosen}".lower()
            parts.numbers(view, own, key, headings, said, found.sentence, title=said)


def _draw_auditor(view: View, found: Audit) -> None:
    st.subheader("The auditor's list", anchor=False)
    st.caption("First items whose reasons one would want to look at, and how many there are.")
    options = {
        str(row["name"]): f"{row['label']}: {row['count']:,}" for _, row in found.odd.iterrows()
    }
    default = max(options, key=lambda name: _count(found, name))
    chosen = CHOICES.segmented("Odd because of", ODD, options, default)
    row = found.odd[found.odd["name"] == chosen].iloc[0]
    how_many, meaning = audited.oddity(row, found.people, told.language())
    st.markdown(f"**{plain(how_many)}** {plain(meaning)}")
    cases = found.cases[found.cases["odd"].map(lambda names: chosen in names)]
    _draw_groups(view, found, chosen)
    grid = st.grid(2, min_column_width=320, gap="small", key="why_cases")
    for place, case in enumerate(cases.head(_SHOWN).itertuples()):
        grid.button(
            f"**Person {plain(case.user_id)}** {plain(case.title)} :gray[{plain(_case(case))}]",
            key=f"story_odd_{place}",
            on_click=_open,
            args=(view, str(case.user_id), dict(case.context), str(case.item_id)),
            width="stretch",
            wrap=True,
        )
    if len(cases) > _SHOWN:
        st.caption(f"The first {_SHOWN} of {len(cases):,}; all of them are in the numbers.")
    parts.numbers(view, found.cases, "audit_cases", _CASES, "Everybody looked at", found.sentence)


def _count(found: Audit, name: str) -> int:
    return int(found.odd.set_index("name").loc[name, "count"])


def _draw_groups(view: View, found: Audit, chosen: str) -> None:
    """Groups in which it happens more often than chance explains."""
    groups = found.odd_slices[(found.odd_slices["odd"] == chosen) & found.odd_slices["enough"]]
    above = groups[groups["stands_out"]]
    said = audited.standing_out(groups, told.language())
    if len(above):
        st.markdown(f":orange-badge[:material/flag: look here] {plain(said)}")
    elif len(groups):
        st.caption(said)
    what = "How often, by group"
    parts.numbers(view, groups, f"audit_groups_{chosen}", _ODD_SLICES, what, said, title=what)


def _case(case: Any) -> str:
    said = []
    if case.event:
        said.append(f"{case.event}, {case.event_back} events back ({case.event_share:.0%})")
    if case.profile_fields:
        said.append(f"decided by {', '.join(case.profile_fields)}")
    return " · ".join(said) or "no single event speaks for it"


def _open(view: View, user_id: str, context: dict[str, str], item_id: str) -> None:
    """Callback: this person, this moment, this item, and why it is there."""
    address.choose(PAGE, **{QUESTION: "here"})
    sidebar.meet(user_id, context, view.answers)
    frame.go(PAGE, item=item_id)
