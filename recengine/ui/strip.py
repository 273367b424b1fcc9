"""The strip on top of every page: who, in which moment, with what; a screenshot explains itself."""

import streamlit as st

from recengine.ui.text import count, day, markup, share, span
from recengine.ui.view import View


def draw(view: View) -> None:
    """Draw the strip."""
    rest = f'<div class="re-rest">{_likes(view)}{_when_and_how(view)}</div>'
    st.html(f'<div class="re-strip">{_who(view)}{rest}</div>')


def _who(view: View) -> str:
    person = view.person
    if person.num_events:
        active = f"{count(person.num_events, 'event')} over "
        active += span(person.first_time, person.last_time)
        dates = f"{day(person.first_time)} to {day(person.last_time)}"
    else:
        active, dates = "no events yet", ""
    facts = " · ".join([*map(markup, person.profile.values()), active])
    return (
        f'<div class="re-who"><div class="re-avatar" style="{_ring(view)}" aria-hidden="true">'
        f'</div><div><div class="re-name">Person {markup(person.user_id)}</div>'
        f'<div class="re-facts" title="{dates}">{facts}</div></div></div>'
    )


def _ring(view: View) -> str:
    stops, at = [], 0.0
    for name, part in view.person.interests.items():
        colour = view.categories.get(name, view.palette.popularity)
        stops.append(f"{colour} {at:.1%} {at + part:.1%}")
        at += part
    rest = f"var(--re-grid) {at:.1%} 100%"
    return f"background: conic-gradient({', '.join([*stops, rest])})"


def _likes(view: View) -> str:
    chips = "".join(
        f'<span class="re-chip"><i style="background:{view.categories.get(name, "gray")}"></i>'
        f"{markup(name)} <b>{share(part)}</b></span>"
        for name, part in list(view.person.interests.items())[:3]
    )
    return (
        f'<div class="re-group"><span class="re-label">Likes</span>{chips}</div>' if chips else ""
    )


def _when_and_how(view: View) -> str:
    labels = {feature.name: feature.label for feature in view.dataset.context_features}
    chips = "".join(
        f'<span class="re-chip re-moment" title="{markup(labels[name])}">'
        f"<i></i>{markup(value)}</span>"
        for name, value in view.request.context.items()
    )
    moment = chips or '<span class="re-chip">any moment</span>'
    ranker = view.engine.ranker_labels.get(view.request.ranker, view.request.ranker)
    simulated = (
        '<span class="re-chip re-simulated">simulated</span>' if view.dataset.simulated else ""
    )
    return (
        f'<div class="re-group"><span class="re-label">Now</span>{moment}'
        f'<span class="re-by"><span class="re-label">Ranked by</span>'
        f'<span class="re-chip re-ranker">{markup(ranker)}{_quality(view)}</span></span>'
        f"{simulated}</div>{_told(view)}"
    )


def _told(view: View) -> str:
    said = view.request.feedback
    if not said:
        return ""
    return (
        f'<div class="re-group"><span class="re-label">Told</span>'
        f'<span class="re-chip re-said">{count(len(said), "remark")}</span></div>'
    )


def _quality(view: View) -> str:
    table = view.answers.quality().table
    mine = table[(table["ranker"] == view.request.ranker) & (table["metric"] == "ndcg@10")]
    if mine.empty:
        return ""
    value, low, high = mine.iloc[0][["value", "low", "high"]]
    shown = f"{value:.3f} ± {(high - low) / 2:.3f}".replace("0.", ".")
    return f' <b title="NDCG@10 with its 95 % interval">{shown}</b>'
