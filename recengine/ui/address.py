"""The page address says everything: who, which moment, which ranker, which item.

The frame keeps its choices in widgets. `arriving` tells what the address asks for when it was not
the frame itself that wrote it (a link, a bookmark, the browser's back button); `write` puts the
choices into the address. Values are plain strings, checked by whoever uses them.
"""

from collections.abc import Mapping

import streamlit as st

from recengine.data.features import Feature

DATA, USER, RANKER, ITEM = "data", "user", "ranker", "item"
_RESERVED = (DATA, USER, RANKER, ITEM)
_WRITTEN, _BY_HAND = "address_written", "address_by_hand"


def name_of(feature: Feature) -> str:
    """How the address calls a context feature: by its name, unless that name is taken."""
    return f"{feature.name}_" if feature.name in _RESERVED else feature.name


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
