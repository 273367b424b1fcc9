"""Controls of one page, whose values are in the address under a name each."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from recengine.errors import UnknownNameError
from recengine.ui import address
from recengine.ui.text import plain


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

    def _prepare(self, name: str, value: str | None) -> str:
        """Put the value of the address into the control; returns the control's key."""
        key = f"{self.page}_{name}"
        st.session_state[key] = value
        return key

    def _put(self, name: str, frees: tuple[str, ...] = ()) -> None:
        chosen = {name: st.session_state[f"{self.page}_{name}"] or ""}
        address.choose(self.page, **chosen, **dict.fromkeys(frees, ""))
