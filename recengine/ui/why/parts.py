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

EVIDENCE = {"kind": "Kind", "label": "Evidence", "weight": "Weight", "detail": "Detail"}
_BADGES = {
    TRUSTED: (":green-badge[:material/verified: tested: faithful]", "Tested: faithful"),
    NOT_BETTER: (
        ":orange-badge[:material/warning: no better than “the last events”]",
        "Tested: no better than naming the last events",
    ),
}
_UNTESTED = (":gray-badge[:material/help: not tested yet]", "Not tested yet")


def picture(view: View, figure: go.Figure, key: str, said: str) -> None:
    """A figure with its alternative text; the pointer over it shows the button that saves a PNG."""
    figure.update_layout(paper_bgcolor=view.palette.surface)  # else saved pictures have no ground
    config = {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": key},
    }
    st.plotly_chart(figure, theme=None, config=config, key=key, alt=said)


def badge(trust: Trust | None, meaning: str, method_text: str) -> None:
    """How far the method can be trusted, and what its weights mean, in a sentence each."""
    mark, _ = _badge(trust)
    with st.container(horizontal=True, vertical_alignment="center", key="why_badge"):
        st.markdown(mark, help=plain(trust.sentence) if trust else None, width="content")
        st.caption(plain(meaning))
        widgets.method(method_text + _measured(trust))


def verdict(trust: Trust | None) -> str:
    """The badge in words."""
    return _badge(trust)[1]


def _badge(trust: Trust | None) -> tuple[str, str]:
    return _BADGES.get(trust.verdict, _UNTESTED) if trust else _UNTESTED


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
) -> None:
    """The table behind a picture, to be had as CSV and as a page that explains itself."""

    def as_page(shown: pd.DataFrame) -> str:
        return html_page(view, what, sentence, shown)

    widgets.numbers(table, name, labels, what, title, as_page)


def evidence_table(explanation: Explanation) -> pd.DataFrame:
    """All evidence of an explanation, strongest first."""
    return pd.DataFrame([vars(one) for one in explanation.evidence])


def short(number: float) -> str:
    """A weight as it is read beside a name."""
    return f"{number:+.2f}".replace("-", "\u2212")
