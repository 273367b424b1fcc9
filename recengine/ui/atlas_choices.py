"""What one may choose on the page Item map: how it is coloured, from which map it moves, how laid.

Every choice is in the address, the second request included, so that a link shows the same map.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from recengine.types import YEAR, Request
from recengine.ui import actions, address, told
from recengine.ui.address import COLOUR, FARTHER, HELD, LAID, MAPS, OTHER, SINCE, TRAILS, USER
from recengine.ui.choices import Choices
from recengine.ui.map_component import QUESTIONS
from recengine.ui.others import another_moment, another_person, spoken_moment
from recengine.ui.text import plain
from recengine.ui.view import View

PAGE = "item_map"
TRAILS_DRAWN = 40
EVERYONE, BEFORE, OPEN, MOMENT, PERSON, PINNED = (
    *("everyone", "before", "open", "moment", "person", "pinned"),
)
_CHOICES = Choices(PAGE)
_OFF = "off"
_FROZEN, _AGAIN = "frozen", "again"
_ONE, _TWO = "one", "two"


@dataclass(frozen=True)
class Looking:
    """What the controls say.

    Attributes:
        colour: one of `map_component.QUESTIONS`.
        trails: whether to draw where items came from.
        before: the request from whose map items move; None for the map for everyone.
        ends: words for both maps.
        laid_again: whether items are laid out anew by their bent vectors.
        two: whether both maps stand side by side.
        held: whether the items that were drawn around stand still.
    """

    colour: str
    trails: bool
    before: Request | None
    ends: tuple[str, str] | None
    laid_again: bool
    two: bool
    held: bool


def choose(view: View, ringed: int) -> Looking:
    """Draw the controls; `ringed` items were drawn around."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="map_since"):
        since = _CHOICES.menu(
            "Items move from",
            SINCE,
            _beginnings(view),
            EVERYONE,
            help_text="The map on the left end of the slider; the right end is what is asked now.",
        )
        with st.container(width="content", gap="xxsmall", key="map_laid_control"):
            st.caption("Map")
            laid = _CHOICES.segmented(
                "Map", LAID, {_FROZEN: "As for everyone", _AGAIN: "Laid again"}, _FROZEN
            )
        with st.container(width="content", gap="xxsmall", key="map_maps_control"):
            st.caption("Shown")
            maps = _CHOICES.segmented("Shown", MAPS, {_ONE: "Slider", _TWO: "Side by side"}, _ONE)
        held = ringed > 0 and _toggle(
            HELD,
            "Hold the selection still",
            on=False,
            help_text="Draw all movement relative to the items that were drawn around.",
        )
    before, ends = _other(view, since)
    return Looking(
        colour=st.session_state[f"{PAGE}_{COLOUR}"],
        trails=st.session_state[f"{PAGE}_{TRAILS}"],
        before=before,
        ends=ends,
        laid_again=laid == _AGAIN,
        two=maps == _TWO,
        held=held,
    )


def choose_colours(view: View) -> None:
    """What colours show; the year only where the catalogue knows any."""
    items = view.dataset.items
    dated = YEAR in items and items[YEAR].notna().any()
    labels = {name: label for name, (label, _) in QUESTIONS.items() if dated or name != YEAR}
    with st.container(width="content", gap="xxsmall", key="map_colour_control"):
        st.caption(
            "Colour by",
            help="Fit: how well an item suits this person now. Movement: how far it moved. Trust: "
            "how far its neighbours on the map are true neighbours.",
        )
        _CHOICES.segmented("Colour by", COLOUR, labels, "category")


def choose_trails() -> None:
    """Whether trails are drawn."""
    _toggle(
        TRAILS,
        "Trails",
        on=True,
        help_text=f"From where the {TRAILS_DRAWN} items that moved most came.",
    )


def choose_magnification(fitting: int) -> int:
    """How many times as far as in truth items are drawn from where they came."""
    if fitting <= 1:
        return 1
    farther = _toggle(
        FARTHER,
        f"Movement × {fitting}",
        on=True,
        help_text=f"Draw every item {fitting} times as far from where it came as it really moved, "
        "so that the movement can be seen.",
    )
    return fitting if farther else 1


def _toggle(name: str, label: str, *, on: bool, help_text: str) -> bool:
    """A switch; the address names it only while it is not as it usually is."""
    key = f"{PAGE}_{name}"
    usual, other = ("", _OFF) if on else ("", "on")
    st.session_state[key] = on != (address.chosen(PAGE, name) == other)
    return st.toggle(
        label,
        key=key,
        help=help_text,
        on_change=lambda: address.choose(
            PAGE, **{name: usual if st.session_state[key] == on else other}
        ),
    )


def _beginnings(view: View) -> Mapping[str, str]:
    """From which maps items may move to that of the present question."""
    options = {EVERYONE: "The map for everyone"}
    if view.request.feedback:
        options[BEFORE] = "Before what you said"
    if view.dataset.context_features:
        if view.request.context:
            options[OPEN] = "The same person, any moment"
        options[MOMENT] = "The same person, another moment"
    options[PERSON] = "Another person"
    pinned = view.pinned
    offered = pinned is not None and pinned.ranker == view.request.ranker
    if offered or address.chosen(PAGE, SINCE) == PINNED:
        options[PINNED] = "The pinned question"
    return options


def _other(view: View, since: str) -> tuple[Request | None, tuple[str, str] | None]:
    """The request at the other end, and the words for both ends."""
    if since == BEFORE:
        return replace(view.request, feedback=()), ("Before what you said", "Now")
    if since == OPEN:
        return view.request.with_context({}), ("Any moment", "This moment")
    if since == MOMENT:
        other = another_moment(view, _CHOICES)
        return other, (spoken_moment(other), spoken_moment(view.request))
    if since == PERSON:
        other = another_person(view, _CHOICES)
        return other, (f"Person {other.user_id}", f"Person {view.request.user_id}")
    if since == PINNED:
        other = _pinned(view)
        st.caption(plain(f"Pinned: {actions.spoken(other, view)}"))
        return other, ("Pinned", "Now")
    return None, None


def _pinned(view: View) -> Request:
    """The pinned question, as the address spells it out; written there when it is first chosen."""
    features = view.dataset.context_features
    pinned = view.pinned
    if pinned is not None and pinned.ranker == view.request.ranker:
        spelled = {OTHER + f.name: pinned.context.get(f.name, "") for f in features}
        spelled |= {
            OTHER + USER: pinned.user_id,
            OTHER + address.TOLD: told.spelled(pinned.feedback),
        }
        if any(address.chosen(PAGE, name) != value for name, value in spelled.items()):
            address.choose(PAGE, **spelled)
        return replace(pinned, k=view.request.k)
    asked = {f.name: address.chosen(PAGE, OTHER + f.name) for f in features}
    legal = {f.name: asked[f.name] for f in features if asked[f.name] in f.values}
    user = address.chosen(PAGE, OTHER + USER)
    return replace(
        view.request,
        user_id=user if user in view.dataset.user_ids else view.request.user_id,
        context=legal,
        feedback=told.read(address.chosen(PAGE, OTHER + address.TOLD), view.dataset.item_ids)[0],
    )
