"""What one good thing costs in another: rankers as dots with their names beside them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

FLOOR_SECONDS = 0.1  # where rankers without training stand on the logarithmic axis
_HEIGHT = 380
_NAME = 24  # letters of a name beside a dot
_LETTER, _LINE = 0.022, 0.066  # share of the width and height that a letter and a line take
_GAP = 0.02
_NARROW = 1.5  # times the width that a letter takes on a phone
_ROOM = 0.32  # beside the dots, shares of their spread: half of it left of them, all of it right
_SIDES = ("top center", "middle right", "middle left", "bottom center")

Box = tuple[float, float, float, float]  # left, bottom, right, top in shares of the dots' spread


def costs(points: pd.DataFrame, quality: str, in_use: str, colours: Palette) -> go.Figure:
    """Quality over training time, with the line of those that nothing beats in both.

    Args:
        points: ranker, label, y, seconds.
        quality: what y is.
        in_use: ranker that stands out.
        colours: of the mode on show.
    """
    table = points.assign(x=points["seconds"].fillna(0).clip(lower=FLOOR_SECONDS))
    figure = go.Figure()
    best = table.loc[unbeaten(table)].sort_values("x")
    figure.add_scatter(
        x=best["x"], y=best["y"], mode="lines", hoverinfo="skip",
        line={"color": colours.muted, "width": 1.2, "dash": "3px,4px", "shape": "hv"},
    )  # fmt: skip
    spread = np.log10(table["x"])
    across, up = _unit(spread), _unit(table["y"])
    corners = [(across[each], up[each]) for each in table.index.get_indexer(best.index)]
    said = "%{customdata[1]:,.1f} s of training"
    _add_rankers(figure, table, spread, in_use, colours, said, _steps(corners))
    styled(figure, colours, height=_HEIGHT)
    low, high = float(spread.min()), float(spread.max())
    pad = (high - low or 1.0) * _ROOM
    figure.update_xaxes(
        type="log", title_text="Seconds of training", range=[low - pad / 2, high + pad],
        tickvals=[0.1, 1, 10, 60, 600, 3600], fixedrange=True,
        ticktext=["none", "1 s", "10 s", "1 min", "10 min", "1 h"],
    )  # fmt: skip
    return _finished(figure, table, quality)


def balance(
    points: pd.DataFrame, across: str, quality: str, in_use: str, colours: Palette
) -> go.Figure:
    """Quality over another measure.

    Args:
        points: ranker, label, x, y.
        across: what x is.
        quality: what y is.
        in_use: ranker that stands out.
        colours: of the mode on show.
    """
    table = points.dropna(subset=["x", "y"])
    figure = go.Figure()
    _add_rankers(figure, table, table["x"], in_use, colours, f"{in_chart(across)} %{{x:.3f}}")
    styled(figure, colours, height=_HEIGHT)
    low, high = float(table["x"].min()), float(table["x"].max())
    pad = (high - low or 1.0) * _ROOM
    figure.update_xaxes(
        title_text=in_chart(across), range=[low - pad / 2, high + pad], fixedrange=True
    )
    return _finished(figure, table, quality)


def unbeaten(table: pd.DataFrame) -> pd.Series:
    """Which rows no other row beats in one of x (less) and y (more) without losing in the other."""
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    no_worse = (x[None] <= x[:, None]) & (y[None] >= y[:, None])
    better = (x[None] < x[:, None]) | (y[None] > y[:, None])
    return pd.Series(~(no_worse & better).any(axis=1), index=table.index)


def _finished(figure: go.Figure, table: pd.DataFrame, quality: str) -> go.Figure:
    low, high = float(table["y"].min()), float(table["y"].max())
    pad = (high - low or 1.0) * 0.14
    figure.update_yaxes(title_text=in_chart(quality, 34), fixedrange=True, nticks=6)
    figure.update_yaxes(range=[low - pad, high + pad])
    figure.update_layout(showlegend=False)
    return figure


def _add_rankers(
    figure: go.Figure,
    table: pd.DataFrame,
    spread: pd.Series,
    in_use: str,
    colours: Palette,
    x_said: str,
    drawn: Sequence[Box] = (),
) -> None:
    mine = (table["ranker"] == in_use).to_numpy()
    names = [in_chart(label, _NAME) for label in table["label"]]
    sides = beside(_unit(spread), _unit(table["y"]), names, drawn)
    figure.add_scatter(
        x=table["x"], y=table["y"], mode="markers+text", cliponaxis=False,
        text=[name if side else "" for name, side in zip(names, sides, strict=True)],
        textposition=[side or _SIDES[0] for side in sides],
        textfont={"size": 12, "color": np.where(mine, colours.accent, colours.muted)},
        marker={
            "color": np.where(mine, colours.accent, colours.muted),
            "symbol": np.where(mine, "diamond", "circle"),
            "size": np.where(mine, 13, 9),
        },
        customdata=[
            [in_chart(row["label"]), row.get("seconds", np.nan)] for row in table.to_dict("records")
        ],
        hovertemplate=f"<b>%{{customdata[0]}}</b><br>%{{y:.3f}}, {x_said}<extra></extra>",
    )  # fmt: skip


def _unit(values: pd.Series) -> list[float]:
    spread = float(values.max() - values.min()) or 1.0
    return ((values - values.min()) / spread).astype(float).tolist()


def beside(
    x: list[float], y: list[float], names: list[str], drawn: Sequence[Box] = ()
) -> list[str]:
    """Where each name stands beside its dot: the first side on which it meets nothing drawn yet.

    Sides on which a narrow screen would cut the name off come last. A name that meets something
    or the edge on every side stands nowhere (""); the hover text has it.
    """
    half, line = _GAP / 2, _LINE / 2
    taken = [(a - half, b - line, a + half, b + line) for a, b in zip(x, y, strict=True)]
    taken += drawn
    chosen = [""] * len(names)
    for place in sorted(range(len(y)), key=lambda each: -y[each]):
        width = len(names[place]) * _LETTER
        options = [_box(side, x[place], y[place], width) for side in _SIDES]
        others = [box for each, box in enumerate(taken) if each != place]
        free = [
            (_cut_off(side, x[place], y[place], _NARROW * width), side, option)
            for side, option in zip(_SIDES, options, strict=True)
            if not _cut_off(side, x[place], y[place], width)
            and not any(_meet(option, other) for other in others)
        ]
        if free:
            _, chosen[place], box = min(free, key=lambda each: each[0])
            taken.append(box)
    return chosen


def _cut_off(side: str, x: float, y: float, width: float) -> bool:
    """Whether the edge of the picture would cut a name."""
    left, _, right, _ = _box(side, x, y, width)
    return left < -_ROOM / 2 or right > 1 + _ROOM


def _steps(corners: list[tuple[float, float]]) -> list[Box]:
    """What a line of steps covers that goes across first and up then, from corner to corner."""
    return [
        each
        for (x, y), (next_x, next_y) in pairwise(corners)
        for each in ((x, y, next_x, y), (next_x, y, next_x, next_y))
    ]


def _box(side: str, x: float, y: float, width: float) -> Box:
    if side == "middle right":
        return x + _GAP, y - _LINE / 2, x + _GAP + width, y + _LINE / 2
    if side == "middle left":
        return x - _GAP - width, y - _LINE / 2, x - _GAP, y + _LINE / 2
    middle = y + _LINE if side == "top center" else y - _LINE
    return x - width / 2, middle - _LINE / 2, x + width / 2, middle + _LINE / 2


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
