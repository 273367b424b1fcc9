"""The page address says everything: who, which moment, which ranker, which item.

The frame keeps its choices in widgets. `arriving` tells what the address asks for when it was not
the frame itself that wrote it (a link, a bookmark, the browser's back button); `write` puts the
choices into the address. Values are plain strings, checked by whoever uses them.

A page may have choices of its own there (`choose`, `chosen`); they are in the address while that
page is on show, and come back with it.
"""

from collections.abc import Mapping

import streamlit as st

from recengine.data.features import Feature

DATA, USER, RANKER, ITEM = "data", "user", "ranker", "item"
TOLD = "told"
WITHOUT, MUTED = "without", "muted"  # what the person switched off
SHOW, PROTOCOL, MEASURE, AGAINST = "show", "protocol", "measure", "against"
BESIDE, SLICE, VALUE, SEARCHED = "beside", "slice", "value", "searched"
QUESTION, METHOD, SECOND, KEPT = "question", "method", "second", "kept"
LANGUAGE, WRITER, SLICED, ODD = "lang", "writer", "sliced", "odd"
HEAD, NEWEST, OPEN = "head", "newest", "open"  # whose attention, to what; which drawers are open
READ = "read"  # how attention to what was read is summed up
OTHER = "other_"  # begins the names of choices for the second of two requests
# What the page Timeline shows, how its picture is drawn, and where one stands in it.
VIEW, KIND, AXIS, INTEREST = "view", "kind", "axis", "interest"
AHEAD, BAND = "ahead", "band"
AT, FIRST, LAST, THEN, PAIR, BY, GROUP = "at", "first", "last", "then", "pair", "by", "group"
# How the page Item map looks: colours, trails, movement, from which map, how laid, how many.
COLOUR, TRAILS, FARTHER, SINCE = "colour", "trails", "farther", "since"
LAID, MAPS, HELD = "laid", "maps", "held"
OF_PAGE = {
    "compare": (SHOW, PROTOCOL, MEASURE, AGAINST, BESIDE, SLICE, VALUE, SEARCHED),
    "item_map": (COLOUR, TRAILS, FARTHER, SINCE, LAID, MAPS, HELD),
    "timeline": (
        *(VIEW, KIND, AXIS, INTEREST, AHEAD, BAND, METHOD),
        *(AT, FIRST, LAST, THEN, PAIR, BY, GROUP),
    ),
    "why": (
        *(QUESTION, METHOD, SECOND, KEPT, LANGUAGE, WRITER, SLICED, ODD, MEASURE),
        *(HEAD, NEWEST, OPEN, READ),
    ),
}
_RESERVED = (
    *(DATA, USER, RANKER, ITEM, TOLD, WITHOUT, MUTED),
    *(name for names in OF_PAGE.values() for name in names),
)
_WRITTEN, _BY_HAND, _CHOSEN = "address_written", "address_by_hand", "address_of_page"


def name_of(feature: Feature) -> str:
    """How the address calls a context feature: by its name, unless that name is taken."""
    taken = feature.name in _RESERVED or feature.name.startswith(OTHER)
    return f"{feature.name}_" if taken else feature.name


def changed_by_hand() -> None:
    """Callback of every control of the frame: the choice on the page outranks the address."""
    st.session_state[_BY_HAND] = True


def arriving() -> dict[str, str]:
    """What the address asks for; empty if it only repeats what the frame wrote last."""
    by_hand = st.session_state.pop(_BY_HAND, False)
    asked = st.query_params.to_dict()
    return {} if by_hand or asked == st.session_state.get(_WRITTEN) else asked


def write(choices: Mapping[str, str]) -> None:
    """Put the choices into the address."""
    wanted = {name: value for name, value in choices.items() if value}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[_WRITTEN] = wanted


def written() -> dict[str, str]:
    """The choices that the address holds now."""
    return dict(st.session_state.get(_WRITTEN, {}))


def keep(page: str, asked: Mapping[str, str]) -> dict[str, str]:
    """The choices of a page's own: those of an address that asks for something, or as before.

    An address may ask on any page; on the page itself, what it does not name is not chosen.
    """
    everything = st.session_state.setdefault(_CHOSEN, {})
    for each, names in OF_PAGE.items():
        mine = {n: value for n, value in asked.items() if n in names or n.startswith(OTHER)}
        if mine or (asked and each == page):
            everything[each] = mine
    return dict(everything.get(page, {}))


def chosen(page: str, name: str) -> str:
    """One of a page's own choices; empty if there is none."""
    return st.session_state.get(_CHOSEN, {}).get(page, {}).get(name, "")


def choose(page: str, **choices: str) -> None:
    """Callback: put some of a page's own choices into the address; an empty one leaves it."""
    st.session_state.setdefault(_CHOSEN, {}).setdefault(page, {}).update(choices)
    write({**written(), **choices})
