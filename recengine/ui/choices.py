"""Controls of one page, whose values are in the address under a name each."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from recengine.errors import UnknownNameError
from recengine.ui import address
from recengine.ui.address import OPEN
from recengine.ui.text import plain

_ON, _BETWEEN = "yes", "~"  # in the address


@dataclass(frozen=True)
class Choices:
    """The controls of a page.

    Attributes:
        page: its name, as in `address.OF_PAGE`.
    """

    page: str

    def settled(self, name: str, options: Mapping[str, str], default: str) -> str:
        """What the address asks for, if it exists; else the default, with a calm note."""
        asked = address.chosen(self.page, name)
        if asked in options:
            return asked
        if asked:
            error = UnknownNameError(name, asked, options)
            shown = options.get(default, default)
            st.warning(f"{plain(error)} Shown instead: {plain(shown)}.", icon=":material/link_off:")
        return default

    def segmented(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        default: str,
        *,
        labelled: bool = False,
        frees: tuple[str, ...] = (),
    ) -> str:
        """One of a few, all in sight; the label is for screen readers unless `labelled`.

        Another choice lets go of what was chosen under the names in `frees`, which fits the old
        choice alone.
        """
        key = self._prepare(name, self.settled(name, options, default))
        return str(
            st.segmented_control(
                label,
                list(options),
                format_func=lambda each: options.get(each, each),
                required=True,
                key=key,
                on_change=self._put,
                args=(name, frees),
                label_visibility="visible" if labelled else "collapsed",
                wrap=True,
            )
        )

    def menu(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        default: str,
        *,
        help_text: str = "",
        width: int = 260,
    ) -> str:
        """One of many."""
        key = self._prepare(name, self.settled(name, options, default))
        return str(
            st.selectbox(
                label,
                list(options),
                format_func=lambda each: options.get(each, each),
                key=key,
                on_change=self._put,
                args=(name,),
                help=help_text or None,
                width=width,
            )
        )

    def optional_menu(
        self, label: str, name: str, options: Mapping[str, str], placeholder: str
    ) -> str:
        """One of many, or none (the empty string)."""
        key = self._prepare(name, self.settled(name, options, "") or None)
        chosen = st.selectbox(
            label,
            list(options),
            format_func=lambda each: options.get(each, each),
            key=key,
            on_change=self._put,
            args=(name,),
            placeholder=placeholder,
            width=200,
        )
        return chosen or ""

    def open_menu(
        self, label: str, name: str, options: Mapping[str, str], *, help_text: str, width: int
    ) -> str:
        """One of some, or anything else that somebody types; the empty string unless chosen."""
        asked = address.chosen(self.page, name)
        key = self._prepare(name, asked)
        return str(
            st.selectbox(
                label,
                list(options) if asked in options else [*options, asked],
                format_func=lambda each: options.get(each, each),
                key=key,
                on_change=self._put,
                args=(name,),
                help=help_text,
                accept_new_options=True,
                width=width,
            )
            or ""
        )

    def toggle(self, label: str, name: str) -> bool:
        """On or off; off unless the address says otherwise."""
        key = f"{self.page}_{name}"
        st.session_state[key] = address.chosen(self.page, name) == _ON
        return st.toggle(label, key=key, on_change=self._put_on, args=(name,))

    def drawer(self, label: str, name: str, icon: str) -> ExpanderContainer:
        """What is out of the way until somebody opens it; the open ones are in the address."""
        key = f"{self.page}_{name}"
        st.session_state[key] = name in self._open()
        return st.expander(label, icon=icon, key=key, on_change=self._put_open, args=(name,))

    def _open(self) -> list[str]:
        return [name for name in address.chosen(self.page, OPEN).split(_BETWEEN) if name]

    def _put_open(self, name: str) -> None:
        others = [each for each in self._open() if each != name]
        mine = [name] if st.session_state[f"{self.page}_{name}"] else []
        address.choose(self.page, **{OPEN: _BETWEEN.join([*others, *mine])})

    def _put_on(self, name: str) -> None:
        on = st.session_state[f"{self.page}_{name}"]
        address.choose(self.page, **{name: _ON if on else ""})

    def _prepare(self, name: str, value: str | None) -> str:
        """Put the value of the address into the control; returns the control's key."""
        key = f"{self.page}_{name}"
        st.session_state[key] = value
        return key

    def _put(self, name: str, frees: tuple[str, ...] = ()) -> None:
        chosen = {name: st.session_state[f"{self.page}_{name}"] or ""}
        address.choose(self.page, **chosen, **dict.fromkeys(frees, ""))
