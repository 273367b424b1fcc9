"""What every answer of the page has: a picture to save, the badge of its method, downloads."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from recengine.engine.results import Explanation
from recengine.engine.why.results import NOT_BETTER, TRUSTED, Trust
from recengine.ui import widgets
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why.export import html_page

_BADGES = {
    TRUSTED: ":green-badge[:material/verified: tested: faithful]",
    NOT_BETTER: ":orange-badge[:material/warning: no better than “the last events”]",
}
_UNTESTED = ":gray-badge[:material/help: not tested yet]"
_MARK = 24  # pixels above a picture in which it says that its method failed


def picture(view: View, figure: go.Figure, key: str, said: str, trust: Trust | None = None) -> None:
    """A figure with its alternative text; the pointer over it shows the button that saves a PNG.

    Args:
        view: whose colours.
        figure: what to draw.
        key: its name, also of the saved picture.
        said: the same in words.
        trust: in the method whose weights are drawn; one that failed is marked in the picture, so
            that the saved one says it as well.
    """
    figure.update_layout(paper_bgcolor=view.palette.surface)  # else saved pictures have no ground
    if trust is not None and trust.verdict == NOT_BETTER:
        _mark(figure, trust, view)
        said = f"{said} {trust.mark}."
    config = {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": key},
    }
    st.plotly_chart(figure, theme=None, config=config, key=key, alt=said)


def badge(trust: Trust | None, meaning: str, method_text: str, key: str = "why_badge") -> None:
    """How far the method can be trusted, and what its weights mean, in a sentence each."""
    mark = _BADGES.get(trust.verdict, _UNTESTED) if trust else _UNTESTED
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.markdown(mark, help=plain(trust.sentence) if trust else None, width="content")
        st.caption(plain(meaning))
        widgets.method(method_text + _measured(trust))


def _mark(figure: go.Figure, trust: Trust, view: View) -> None:
    """Says in the picture that its method failed, in room made above it."""
    title = {
        "text": f"⚠ {trust.mark}", "x": 1, "xanchor": "right", "y": 1, "yref": "container",
        "yanchor": "top", "pad": {"t": 6, "r": 8}, "automargin": False,
        "font": {"color": view.palette.loss, "size": 12},
    }  # fmt: skip
    room = _MARK if figure.layout.xaxis.side != "top" else 2 * _MARK  # the axis is written there
    height, top = figure.layout.height, figure.layout.margin.t or 0
    figure.update_layout(title=title, height=height + _MARK, margin={"t": top + room})


def _measured(trust: Trust | None) -> str:
    if trust is None:
        return ""
    told = f"\n\n**How far to trust it.** {plain(trust.sentence)} {plain(trust.protocol)}"
    return f"{told}\n\n`{trust.made_with}`" if trust.made_with else told


def numbers(
    view: View,
    table: pd.DataFrame,
    name: str,
    labels: Mapping[str, str],
    what: str,
    sentence: str,
    title: str = "Numbers",
    method: str = "",
    trust: Trust | None = None,
    marked: str = "",
) -> None:
    """The table behind a picture, to be had as CSV and as a page that explains itself.

    What a `method` said is downloaded with its name and whether it was tested and passed; `marked`
    is a text with marks in it, as HTML, that stands above the table of the page.
    """
    noted = {"Method": method} if method else {}
    how = f"Explained by {method}." if method else ""
    if trust:
        noted["Verdict"] = trust.mark
        how = f"{how} {trust.mark}. {trust.sentence}"

    def as_page(shown: pd.DataFrame) -> str:
        return html_page(view, what, sentence, shown, how, marked)

    widgets.numbers(table, name, labels, what, title, as_page, noted)


def evidence(
    view: View,
    found: Explanation,
    name: str,
    what: str,
    title: str = "Numbers",
    marked: str = "",
) -> None:
    """All evidence of any answer, as such a table."""
    numbers(
        view, found.shown, name, found.headings, what, found.sentence, title,
        method=found.method, trust=found.trust, marked=marked,
    )  # fmt: skip


def short(number: float) -> str:
    """A weight as it is read beside a name."""
    return f"{number:+.2f}".replace("-", "\u2212")
