"""Words of an item's text beside the words of the history that answered them, drawn."""

import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_ROW = 30  # pixels per pair
_LONGEST = 30  # letters of a row's name


def answered_bars(pairs: pd.DataFrame, colours: Palette) -> go.Figure:
    """One bar per pair of words, as long as their cosine; rows as in `Words.pairs`."""
    names = [
        in_chart(f"{row.item_word} ← {row.history_word}", _LONGEST) for row in pairs.itertuples()
    ]
    places = list(range(len(pairs)))
    figure = go.Figure(
        go.Bar(
            y=places, x=pairs["cosine"], orientation="h", width=0.66,
            marker={"color": colours.history, "cornerradius": 4},
            customdata=[[in_chart(row.title, 60), row.step] for row in pairs.itertuples()],
            hovertemplate="%{customdata[0]} (event %{customdata[1]}): %{x:.2f}<extra></extra>",
        )
    )  # fmt: skip
    styled(figure, colours, height=50 + _ROW * max(1, len(pairs)))
    figure.update_yaxes(
        tickvals=places, ticktext=names, autorange="reversed", showgrid=False, fixedrange=True,
        tickfont={"color": colours.text, "size": 13}, ticklabelstandoff=8,
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1], fixedrange=True, nticks=6, title_text="Cosine of the words")
    return figure
