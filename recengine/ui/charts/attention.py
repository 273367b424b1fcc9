"""What the model looked at, drawn: all heads together first, then how far back each one looks.

Figures are pure: tables in, figure out. A ranker reads up to 200 events, so nothing here needs a
row or a label per event.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from recengine.engine.results import AttentionView
from recengine.ui.charts.events import number_events
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

MOST_LOOKED_AT = 30


def looked_at(
    attention: AttentionView, most: int = MOST_LOOKED_AT, head: tuple[int, int] | None = None
) -> pd.DataFrame:
    """The newest events with the attention they got: of one (layer, head), or the mean of all."""
    weights = attention.weights
    if head is not None:
        weights = weights[(weights["layer"] == head[0]) & (weights["head"] == head[1])]
    mean = weights.groupby("step")["weight"].mean()
    tokens = attention.tokens.sort_values("step").tail(most)
    return tokens.assign(weight=tokens["step"].map(mean).fillna(0.0))


def heads_table(attention: AttentionView) -> pd.DataFrame:
    """One row per layer and head: layer, head, back, newest_ten, title, weight.

    back: how many events back it looks on average (the last event is 1); newest_ten: share of its
    attention on the ten newest events; title and weight: of the event it looks at most.
    """
    last = int(attention.tokens["step"].max())
    titles = attention.tokens.set_index("step")["title"]
    rows = []
    for (layer, head), mine in attention.weights.groupby(["layer", "head"]):
        back = last + 1 - mine["step"]
        most = mine.loc[mine["weight"].idxmax()]
        whole = float(mine["weight"].sum()) or 1.0
        rows.append(
            {
                "layer": int(layer),
                "head": int(head),
                "back": float((back * mine["weight"]).sum()) / whole,
                "newest_ten": float(mine.loc[back <= 10, "weight"].sum()) / whole,
                "title": titles.get(most["step"], ""),
                "weight": float(most["weight"]),
            }
        )
    return pd.DataFrame(rows)


def attention_bars(table: pd.DataFrame, colours: Palette) -> go.Figure:
    """How much attention each event of `looked_at` got."""
    figure = go.Figure(
        go.Bar(
            x=table["step"],
            y=table["weight"],
            marker={"color": colours.history, "cornerradius": 3},
            customdata=[in_chart(title, 60) for title in table["title"]],
            hovertemplate="<b>%{customdata}</b><br>event %{x}: %{y:.1%}<extra></extra>",
        )
    )
    styled(figure, colours, height=210)
    highest = float(table["weight"].max()) if len(table) else 1.0
    figure.update_yaxes(range=[0, highest * 1.1 or 1], tickformat=".0%", nticks=5, fixedrange=True)
    number_events(figure, table["step"].tolist())
    return figure


def heads_grid(table: pd.DataFrame, colours: Palette) -> go.Figure:
    """Layers down, heads across, in each cell how many events back the head looks on average."""
    grid = table.pivot(index="layer", columns="head", values="back")
    most = table.pivot(index="layer", columns="head", values="title")
    figure = go.Figure(
        go.Heatmap(
            z=grid.to_numpy(), x=[f"head {head}" for head in grid.columns],
            y=[f"layer {layer}" for layer in grid.index],
            colorscale=[[0, colours.surface], [1, colours.history]], showscale=False,
            zmin=0, zmax=float(table["back"].max()), xgap=3, ygap=3,
            text=[[f"{cell:.0f} back" for cell in row] for row in grid.to_numpy()],
            texttemplate="%{text}", textfont={"size": 13},
            customdata=[[in_chart(cell, 60) for cell in row] for row in most.to_numpy()],
            hovertemplate="%{y}, %{x}: %{text} on average<br>most: %{customdata}<extra></extra>",
        )
    )  # fmt: skip
    styled(figure, colours, height=60 + 46 * len(grid))
    figure.update_xaxes(showgrid=False, fixedrange=True, side="top")
    figure.update_yaxes(showgrid=False, fixedrange=True, autorange="reversed")
    return figure


def attention_heads(attention: AttentionView, colours: Palette) -> go.Figure:
    """One small picture per layer: heads down, every event across."""
    table = looked_at(attention, most=len(attention.tokens))
    layers = sorted(attention.weights["layer"].unique())
    figure = make_subplots(
        rows=len(layers), cols=1, shared_xaxes=True, vertical_spacing=0.12,
        subplot_titles=[f"Layer {layer}" for layer in layers],
    )  # fmt: skip
    highest = float(attention.weights["weight"].max())
    gap = 1.5 if len(table) <= MOST_LOOKED_AT else 0
    for row, layer in enumerate(layers, start=1):
        grid = attention.weights[attention.weights["layer"] == layer].pivot(
            index="head", columns="step", values="weight"
        )[table["step"]]
        figure.add_heatmap(
            z=grid.to_numpy(), x=grid.columns, y=[f"head {head}" for head in grid.index],
            zmin=0, zmax=highest, colorscale=[[0, colours.surface], [1, colours.history]],
            showscale=False, xgap=gap, ygap=1.5, row=row, col=1,
            customdata=np.tile([in_chart(title, 60) for title in table["title"]], (len(grid), 1)),
            hovertemplate="<b>%{customdata}</b><br>%{y}: %{z:.1%}<extra></extra>",
        )  # fmt: skip
    heads = int(attention.weights["head"].nunique())
    styled(figure, colours, height=60 + len(layers) * (40 + 24 * heads))
    figure.update_layout(margin={"t": 30})
    figure.update_annotations(font={"size": 13, "color": colours.muted}, x=0, xanchor="left")
    figure.update_xaxes(showgrid=False, fixedrange=True)
    figure.update_xaxes(title_text="Event number, oldest to newest", row=len(layers), col=1)
    figure.update_yaxes(showgrid=False, fixedrange=True, autorange="reversed")
    return figure
