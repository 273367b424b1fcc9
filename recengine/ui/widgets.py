"""Pieces that every page uses: the answer, the numbers behind a picture, the method behind it."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from recengine.ui.text import MISSING, plain, safe_csv


def answer(sentence: str, caption: str = "") -> None:
    """The page's answer in one sentence, and what one looks at in small print."""
    st.header(plain(sentence), anchor=False)
    if caption:
        st.caption(plain(caption))


def numbers(
    table: pd.DataFrame,
    name: str,
    labels: Mapping[str, str],
    what: str,
    title: str = "Numbers",
    as_page: Callable[[pd.DataFrame], str] | None = None,
    noted: Mapping[str, str] | None = None,
) -> None:
    """The table behind a picture, and its downloads.

    Args:
        table: what the picture was drawn from.
        name: file name without ending.
        labels: plain heading by column; other columns are left out.
        what: what the table holds, for screen readers.
        title: what the drawer is called, where a page has several.
        as_page: writes the table as a page of HTML, where that is offered as well.
        noted: what holds for every row, by heading: further columns of the CSV.
    """
    shown = table[list(labels)].rename(columns=dict(labels))
    drawer = st.expander(title, icon=":material/table:", key=f"{name}_open", on_change="rerun")
    if drawer.open:
        with drawer:
            st.dataframe(shown, hide_index=True, alt=what, height="auto", placeholder=MISSING)
            with st.container(horizontal=True, gap="small"):
                st.download_button(
                    "Download as CSV",
                    lambda: safe_csv(shown.assign(**(noted or {}))),
                    file_name=f"{name}.csv",
                    mime="text/csv",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"{name}_csv",
                )
                if as_page is not None:
                    st.download_button(
                        "Download as a page",
                        lambda: as_page(shown),
                        file_name=f"{name}.html",
                        mime="text/html",
                        icon=":material/article:",
                        on_click="ignore",
                        key=f"{name}_html",
                    )


def method(text: str) -> None:
    """How a picture is computed, out of the way until asked for."""
    with st.popover("How is this computed?", icon=":material/science:", type="tertiary"):
        st.markdown(text)
