"""The page Overview: what is loaded, whether the model deserves trust, where to begin."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from recengine.engine.comparison.results import Quality
from recengine.engine.results import Story
from recengine.ui import address, cleaned, drawings, frame, rankers, sidebar, states, widgets
from recengine.ui.intervals import intervals
from recengine.ui.map_component import AT_FIRST, Look, draw_map
from recengine.ui.map_component import pack as pack_map
from recengine.ui.states import calm_errors
from recengine.ui.text import markup, month, plain, span
from recengine.ui.theme import Palette
from recengine.ui.view import View

METRICS = {
    "hr@10": "Found among ten",
    "ndcg@10": "Found near the top",
}
_BEST_SHOWN = 6  # rankers on the overview
_METRIC_HELP = {
    "hr@10": "Share of people whose next item is among the ten best (hit rate at 10).",
    "ndcg@10": "The same, counting more the higher it stands (NDCG at 10).",
}

# Page, headline, drawing, what one does there.
DOORS: tuple[tuple[str, str, Callable[[Palette], str], str], ...] = (
    (
        "recommendations",
        "Meet a person",
        drawings.meet_a_person,
        "Ten items for one person in one moment, each with its reasons.",
    ),
    (
        "item_map",
        "See the catalogue move",
        drawings.see_the_catalogue_move,
        "The whole catalogue, bent around a person and a moment.",
    ),
    (
        "timeline",
        "Follow a taste",
        drawings.follow_a_taste,
        "How interests moved over the years, and what moved them.",
    ),
    (
        "why",
        "Ask why",
        drawings.ask_why,
        "One recommendation taken apart, down to the last event.",
    ),
)

_QUALITY_COLUMNS = {
    "label": "Ranker",
    "metric": "Measure",
    "value": "Value",
    "low": "From",
    "high": "To",
    "seeds": "Seeds",
}
_STORY_ICONS = {
    "switch": ":material/swap_horiz:",
    "drift": ":material/trending_up:",
    "moment": ":material/calendar_month:",
    "devotee": ":material/favorite:",
    "omnivore": ":material/diversity_3:",
    "newcomer": ":material/waving_hand:",
}
_MAX_STORIES = 6
_BENT = "bend the catalogue around a person"


@calm_errors()
def draw_facts(view: View) -> None:
    """The dataset in one sentence and three figures."""
    facts, dataset = view.answers.facts(), view.dataset
    about = "A simulated world: no real person is behind it. " if dataset.simulated else ""
    widgets.answer(_headline(view), f"{dataset.title}. {about}".strip())
    first, last = int(facts["first_time"]), int(facts["last_time"])
    simulated = "simulated " if dataset.simulated else ""
    dates = f"{month(first)} to {month(last)}, {span(first, last)}"
    figures = (
        (f"{simulated}events", facts["events"], dates),
        (f"{simulated}people", facts["people"], f"{facts['events_per_person']:,.0f} events each"),
        ("items", facts["items"], f"in {len(dataset.categories)} categories"),
    )
    cards = "".join(
        f'<div class="re-figure"><div class="re-figure-value">{int(value):,}</div>'
        f'<div class="re-figure-name">{name}</div>'
        f'<div class="re-figure-span">{markup(note)}</div></div>'
        for name, value, note in figures
    )
    st.html(f'<div class="re-figures">{cards}</div>')


def _headline(view: View) -> str:
    quality = view.answers.quality()
    if not quality.table.empty:
        return quality.sentence
    facts = view.answers.facts()
    people, items = int(facts["people"]), int(facts["items"])
    return f"What {people:,} people did with {items:,} items, and what comes next."


@calm_errors()
def draw_quality(view: View) -> None:
    """How good the rankers are, as intervals on one axis."""
    quality = view.answers.quality()
    with st.container(border=True, key="card_quality", height="stretch"):
        st.subheader("Does it deserve trust?", anchor=False)
        if quality.table.empty:
            states.empty(
                "Not measured yet",
                f"How often the rankers are right on this data is unknown. Find out with "
                f"`{quality.made_with}`; this card then shows every ranker with its interval.",
                ":material/straighten:",
                border=False,
            )
        else:
            _intervals(quality, view)


@st.fragment
def _intervals(quality: Quality, view: View) -> None:
    metric = str(
        st.segmented_control(
            "Measure",
            list(METRICS),
            format_func=METRICS.__getitem__,
            default="hr@10",
            required=True,
            key="quality_metric",
            label_visibility="collapsed",
        )
    )
    rows = quality.table[quality.table["metric"] == metric].sort_values("value", ascending=False)
    chosen = rows["ranker"].isin([view.request.ranker, rows["ranker"].iat[-1]])
    shown = rows[chosen | (np.arange(len(rows)) < _BEST_SHOWN)]
    st.html(intervals(shown, view.request.ranker, percent=metric == "hr@10"))
    rest = f" The best and the last of {len(rows)} rankers." if len(shown) < len(rows) else ""
    st.caption(f"{_METRIC_HELP[metric]} Bars are 95 % intervals.{rest}")
    st.page_link(
        "pages/compare.py",
        label="Compare them all",
        icon=":material/compare_arrows:",
        query_params=address.written(),
    )
    widgets.method(f"{plain(quality.protocol)}\n\nMade with `{quality.made_with}`.")
    widgets.numbers(quality.table, "quality", _QUALITY_COLUMNS, "Measured quality of the rankers")


@calm_errors()
def draw_poster(view: View) -> None:
    """The catalogue as it lies for the person on show."""
    with st.container(border=True, key="card_poster", height="stretch"):
        st.subheader("The catalogue, as this person sees it", anchor=False)
        if rankers.needs_interest(view, _BENT, border=False):
            return
        with st.skeleton(height=460):
            item_map = view.answers.item_map(view.request)
        packed = pack_map(item_map, view.dataset.categories, most=AT_FIRST)
        draw_map(
            packed,
            Look(mode="poster", height=460),
            categories=view.dataset.categories,
            sentence=item_map.sentence,
            name=f"map_{view.request.user_id}",
            key="poster",
        )
        drawn = f"{packed['items'].num_rows:,} of {item_map.num_items:,} items drawn"
        st.caption(f"{plain(item_map.sentence)} {drawn}; map trust {item_map.trust:.2f} of 1.")


def draw_doors(view: View) -> None:
    """Four ways in."""
    st.subheader("Where to begin", anchor=False)
    grid = st.grid(4, min_column_width=150, gap="small")
    for page, headline, draw, about in DOORS:
        with grid.container(border=True, key=f"door_{page}", height="stretch"):
            st.image(draw(view.palette), width="stretch", alt="")
            st.page_link(
                f"pages/{page}.py",
                label=f"**{headline}**",
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params=address.written(),
                width="stretch",
            )
            st.caption(about)


def draw_stories(view: View) -> None:
    """People worth meeting: the first of every kind of story, then more."""
    stories = view.answers.stories()
    if not stories:
        return
    st.subheader("People worth meeting", anchor=False)
    firsts = {story.kind: story for story in reversed(stories)}
    ordered = sorted(stories, key=lambda story: firsts[story.kind] is not story)
    grid = st.grid(3, min_column_width=260, gap="small", key="stories")
    for place, story in enumerate(ordered[:_MAX_STORIES]):
        grid.button(
            f"{plain(story.title)} :gray[person {plain(story.user_id)}]",
            icon=_STORY_ICONS.get(story.kind, ":material/person:"),
            key=f"story_{place}",
            on_click=_meet,
            args=(story, view),
            width="stretch",
            wrap=True,
        )


def draw_credit(view: View) -> None:
    """How the data was cleaned, and who to thank for it."""
    cleaned.draw(view.dataset)
    if view.dataset.credit:
        st.caption(plain(view.dataset.credit))


def _meet(story: Story, view: View) -> None:
    sidebar.meet(story.user_id, story.context, view.answers)
    frame.go("recommendations")
