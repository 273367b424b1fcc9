"""The trials of a search: how the best rose, and how each setting went with the score.

Figures are pure: tables in, figure out. A trial that came to its end is a dot, one that was stopped
a muted cross at the last score it told.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_HEIGHT, _SMALL = 340, 230
_PAD = 0.12  # above and below the scores, a share of their spread
_ROOM_FOR_LOG = 20.0  # times the smallest value above which an axis is logarithmic
_TICKS = 8  # numbers of trials below the picture
_FEW = 4  # values of a setting, all of which are written below its picture
_MARKS = {"complete": "circle", "pruned": "x-thin"}


def rise(trials: pd.DataFrame, usual: float, figure_name: str, colours: Palette) -> go.Figure:
    """Score of every trial, the best so far as a line, and the usual settings as a dashed one.

    Args:
        trials: number, state, score, best.
        usual: score of the usual settings; NaN if not tried.
        figure_name: what a score is.
        colours: of the mode on show.
    """
    figure = go.Figure()
    if not np.isnan(usual):
        figure.add_hline(
            y=usual, line={"color": colours.muted, "width": 1.2, "dash": "4px,4px"},
            annotation={
                "text": "usual settings", "font": {"color": colours.muted, "size": 12},
                "xanchor": "right", "yanchor": "top",
            },
        )  # fmt: skip
    figure.add_scatter(
        x=trials["number"], y=trials["best"], mode="lines", hoverinfo="skip",
        line={"color": colours.accent, "width": 2, "shape": "hv"},
    )  # fmt: skip
    _add_trials(figure, trials, "number", colours)
    styled(figure, colours, height=_HEIGHT)
    step = max(1, -(-len(trials) // _TICKS))
    figure.update_xaxes(
        title_text="Trial", fixedrange=True, showgrid=False, tick0=step, dtick=step,
        range=[0.5, float(trials["number"].max()) + 0.5],
    )  # fmt: skip
    return _finished(figure, trials, figure_name)


def against(trials: pd.DataFrame, setting: str, figure_name: str, colours: Palette) -> go.Figure:
    """Score of every trial over its value of one setting.

    Args:
        trials: number, state, score, and a column for the setting.
        setting: which one.
        figure_name: what a score is.
        colours: of the mode on show.
    """
    figure = go.Figure()
    _add_trials(figure, trials, setting, colours)
    styled(figure, colours, height=_SMALL)
    values = pd.to_numeric(trials[setting], errors="coerce")
    wide = values.min() > 0 and values.max() > _ROOM_FOR_LOG * values.min()
    few = sorted(values.dropna().unique())
    figure.update_xaxes(
        type="log" if wide else "linear", fixedrange=True, showgrid=False, nticks=5,
        tickvals=few if len(few) <= _FEW else None,
    )  # fmt: skip
    return _finished(figure, trials, figure_name)


def _add_trials(figure: go.Figure, trials: pd.DataFrame, across: str, colours: Palette) -> None:
    highest = trials.loc[trials["state"] == "complete", "score"].max()
    for state, mark in _MARKS.items():
        some = trials[trials["state"] == state]
        ended = state == "complete"
        best = (some["score"] == highest).to_numpy() & ended
        colour = colours.history if ended else colours.muted
        figure.add_scatter(
            x=some[across], y=some["score"], mode="markers", customdata=some["number"],
            marker={
                "symbol": np.where(best, "diamond", mark), "size": np.where(best, 12, 8),
                "color": np.where(best, colours.accent, colour),
                "line": {"color": colours.muted, "width": 0 if ended else 1.6},
                "opacity": 1.0 if ended else 0.7,
            },
            hovertemplate=f"<b>Trial %{{customdata}}</b><br>%{{y:.4f}}, "
            f"{in_chart(across)} %{{x}}{'' if ended else ', stopped'}<extra></extra>",
        )  # fmt: skip


def _finished(figure: go.Figure, trials: pd.DataFrame, name: str) -> go.Figure:
    """With an axis that holds the scores of those that ended; one far below must not flatten it."""
    ended = trials.loc[trials["state"] == "complete", "score"]
    scores = ended if len(ended) else trials["score"].dropna()
    if len(scores):
        low, high = float(scores.min()), float(scores.max())
        pad = (high - low or abs(high) or 1.0) * _PAD
        figure.update_yaxes(range=[low - pad, high + pad])
    figure.update_yaxes(title_text=in_chart(name), fixedrange=True, nticks=6)
    figure.update_layout(showlegend=False)
    return figure
