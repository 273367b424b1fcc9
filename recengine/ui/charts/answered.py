"""The strongest words of a text, with what answered them, drawn."""

import plotly.graph_objects as go

from recengine.engine.results import Evidence
from recengine.engine.why.answers import Words
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_ROW = 30  # pixels per word
_LONGEST = 30  # letters of a row's name
_MOST = 12


def is_word(kind: str, word: str) -> bool:
    """Whether what was read is a word, no mark between texts and no punctuation."""
    return kind != "mark" and any(map(str.isalnum, word))


def words_bars(words: Words, colours: Palette) -> go.Figure:
    """One bar per word or pair of words, as long as its weight; marks and commas are left out."""
    shown = [one for one in words.evidence if is_word(one.kind, one.label)][:_MOST]
    names = [in_chart(one.label, _LONGEST) for one in shown]
    figure = go.Figure(
        go.Bar(
            y=list(range(len(shown))), x=[one.weight for one in shown], orientation="h", width=0.66,
            marker={"color": colours.history, "cornerradius": 4},
            customdata=[_where(one) for one in shown],
            hovertemplate="%{customdata}: %{x:.3f}<extra></extra>",
        )
    )  # fmt: skip
    styled(figure, colours, height=50 + _ROW * max(1, len(shown)))
    figure.update_yaxes(
        tickvals=list(range(len(shown))), ticktext=names, autorange="reversed", showgrid=False,
        fixedrange=True, tickfont={"color": colours.text, "size": 13}, ticklabelstandoff=8,
    )  # fmt: skip
    figure.update_xaxes(
        rangemode="tozero", fixedrange=True, nticks=4, title_text=words.headings["weight"],
        tickformat=".1%" if "attention" in words.unit else "",
    )  # fmt: skip
    return figure


def _where(one: Evidence) -> str:
    """The text that a word stands in, and the event if it is one."""
    title = in_chart(one.facts["title"], 60)
    return f"{title} (event {one.step:,})" if one.step else title
