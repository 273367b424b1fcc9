"""The page Recommendations: the list as cards, another list to hold against it, the history."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from recengine.data.features import Feature
from recengine.engine.results import ListChange, Recommendations
from recengine.types import Request
from recengine.ui import actions, cards, frame, states, told, widgets
from recengine.ui.sidebar import spoken_value
from recengine.ui.states import calm_errors
from recengine.ui.text import count, day, markup, plain
from recengine.ui.theme import PARTS
from recengine.ui.view import View

AS_IT_IS, WITHOUT, ANOTHER, PINNED = "As it is", "Without the moment", "Another moment", "Pinned"
BEFORE = "Before what you said"
MAX_HISTORY = 60
_MAX_STARS = 5
_COLUMNS = {
    "rank": "Rank",
    "title": "Title",
    "year": "Year",
    "categories": "Categories",
    "score": "Score",
    "share_of_best": "Share of best",
    "reason": "Reason",
} | {f"part_{name}": label for name, label in PARTS.items()}


@st.fragment
@calm_errors()
def draw_list(view: View) -> None:
    """The answer, the question to hold against it, the cards, the numbers."""
    with st.skeleton(height=720):
        now = view.answers.recommend(view.request)
    headline = st.container()
    other = _choose_other(view)
    shown, change = now, None
    if other is not None and other != view.request:
        shown = view.answers.recommend(other)
        change = view.answers.compare_lists(view.request, other)
    with headline:
        caption = f"The ten best of {now.candidates:,} items that are not in the history yet."
        against = "Arrows say how far each item moved against the list as it is."
        sentence = change.sentence if change else now.sentence
        widgets.answer(sentence, against if change else caption)
    if change is not None:
        _say_what_left(now, shown)
    told.draw(view)
    st.html(_legend(shown))
    learns = view.engine.feedback.learns(view.request.ranker)
    packed = cards.pack(shown, change, view.categories, view.palette, learns=learns)
    cards.draw_cards(packed, key="cards", on_ask=_ask_why, on_say=lambda: _say(view))
    told.draw_proof(view)
    name = f"recommendations_{view.request.user_id}"
    widgets.numbers(_table(shown, change), name, _columns(change), "The list with its parts")


@st.fragment
@calm_errors()
def draw_history(view: View) -> None:
    """What this person did last, newest first."""
    history = view.answers.history(view.request.user_id)
    st.subheader("What they did last", anchor=False)
    if history.empty:
        states.empty(
            "No events yet",
            "The list rests on the moment, the profile and what is popular. "
            "Pick a story in the sidebar to meet somebody with a history.",
            ":material/history_toggle_off:",
        )
        return
    recent = history.iloc[::-1].head(MAX_HISTORY)
    drawn = "all" if len(recent) == len(history) else f"{len(recent):,} of"
    st.caption(f"Newest first, {drawn} {count(len(history), 'event')}.")
    st.html(f'<div class="re-history">{_rows(recent, view)}</div>')


def _say(view: View) -> None:
    said = st.session_state["cards"].say
    told.say(view, str(said["id"]), str(said["verdict"]))


def _ask_why() -> None:
    frame.go("why", item=st.session_state["cards"].ask)


def _choose_other(view: View) -> Request | None:
    """The request to hold against the present one, or None."""
    options = [AS_IT_IS]
    if view.request.feedback:
        options.append(BEFORE)
    if view.dataset.context_features:
        options += [WITHOUT, ANOTHER]
    if view.pinned is not None and view.pinned != view.request:
        options.append(PINNED)
    chosen = st.segmented_control(
        "Hold another list against it",
        options,
        default=AS_IT_IS,
        required=True,
        key="other_list",
        label_visibility="collapsed",
        help="Cards glide to their new places; arrows say how far.",
    )
    if chosen == PINNED and view.pinned is not None:
        st.caption(plain(f"Pinned: {actions.spoken(view.pinned, view)}"))
        return view.pinned
    if chosen == BEFORE:
        return replace(view.request, feedback=())
    if chosen == WITHOUT:
        return view.request.with_context({})
    if chosen == ANOTHER:
        return view.request.with_context(_choose_moment(view))
    return None


def _choose_moment(view: View) -> dict[str, str]:
    with st.container(border=True, key="other_moment", horizontal=True, gap="medium"):
        chosen = {
            feature.name: _choose_value(feature, view.request.context.get(feature.name))
            for feature in view.dataset.context_features
        }
    return {name: value for name, value in chosen.items() if value}


def _choose_value(feature: Feature, present: str | None) -> str | None:
    return st.selectbox(
        feature.label,
        feature.values,
        format_func=spoken_value,
        index=feature.values.index(present) if present in feature.values else None,
        key=f"other_{feature.name}",
        placeholder="Left open",
        width=150,
    )


def _say_what_left(now: Recommendations, shown: Recommendations) -> None:
    left = now.items[~now.items["item_id"].isin(shown.items["item_id"])]
    if not left.empty:
        titles = ", ".join(plain(title) for title in left["title"])
        st.caption(f":material/logout: No longer among the ten: {titles}.")


def _legend(shown: Recommendations) -> str:
    """What the colours of the bars mean; parts that are nowhere in the list are left out."""
    parts = shown.items[[f"part_{name}" for name in PARTS]]
    keys = "".join(
        f'<span><i style="background:var(--re-{name})"></i>{label}</span>'
        for name, label in PARTS.items()
        if parts[f"part_{name}"].any()
    )
    against = '<span><i class="re-against"></i>against it</span>'
    return f'<div class="re-legend">{keys}{against if (parts < 0).any(axis=None) else ""}</div>'


def _table(shown: Recommendations, change: ListChange | None) -> pd.DataFrame:
    items = shown.items.assign(
        categories=shown.items["categories"].map(lambda names: ", ".join(map(str, names)))
    )
    if change is None:
        return items
    moved = change.changes[["item_id", "rank_before", "places"]]
    return items.merge(moved, on="item_id", how="left")


def _columns(change: ListChange | None) -> dict[str, str]:
    compared = {"rank_before": "Rank before", "places": "Places gained"}
    return _COLUMNS if change is None else {**_COLUMNS, **compared}


def _rows(recent: pd.DataFrame, view: View) -> str:
    rows, last_day = [], ""
    best = float(view.dataset.interactions["value"].max())
    for event in recent.itertuples():
        today = day(int(event.timestamp))
        if today != last_day:
            rows.append(f'<div class="re-day">{today}</div>')
            last_day = today
        first = event.categories[0] if len(event.categories) else ""
        colour = view.categories.get(first, "var(--re-popularity)")
        year = "" if pd.isna(event.year) else int(event.year)
        rows.append(
            f'<div class="re-event"><i style="background:{colour}" title="{markup(first)}"></i>'
            f'<span class="re-event-title" title="{markup(event.title)}">{markup(event.title)} '
            f"<small>{year}</small></span>{_mark(event.event, event.value, best)}</div>"
        )
    return "".join(rows)


def _mark(event: str, value: float, best: float) -> str:
    """A rating as stars, any other event by its name."""
    if pd.isna(value) or event != "rating":
        return f'<span class="re-event-kind">{markup(event)}</span>'
    filled = round(_MAX_STARS * value / best)
    said = f"rated {value:g} of {best:g}"
    stars = f"{'★' * filled}<s>{'★' * (_MAX_STARS - filled)}</s>"
    return f'<span class="re-stars" role="img" aria-label="{said}" title="{said}">{stars}</span>'
