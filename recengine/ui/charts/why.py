"""Why an item stands where it stands, drawn: a waterfall, a strip of the history, ranks, attention.

Figures are pure: records and tables in, figure out; fixed ranges, signs and numbers beside colours.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from recengine.engine.results import AttentionView, Evidence, Explanation, WhatIf
from recengine.ui.charts.words import in_chart, signed
from recengine.ui.text import count
from recengine.ui.theme import Palette, styled

MOST_STEPS = 10
MOST_CHANGES = 18
MOST_LOOKED_AT = 30
FEWEST_EVENTS = 40
_QUIET = 0.03  # share of the loudest event below which an event is quiet
_ROW = 31  # pixels per bar
_NAME = 30  # letters of a name beside a bar


def waterfall_steps(evidence: Sequence[Evidence], most: int = MOST_STEPS) -> pd.DataFrame:
    """The strongest pieces one by one, the rest in two heaps: what speaks for it, what against.

    Columns: label, weight, start, end. The last end is the sum of all weights.
    """
    told = sorted(evidence, key=lambda one: -abs(one.weight))
    shown, rest = told[:most], told[most:]
    rows = [(one.label, one.weight) for one in shown]
    for side, heap in (
        ("for it", [one for one in rest if one.weight > 0]),
        ("against it", [one for one in rest if one.weight < 0]),
    ):
        if heap:
            noun = "event" if all(one.kind == "event" for one in heap) else "reason"
            name = f"{count(len(heap), f'smaller {noun}')} {side}"
            rows.append((name, sum(one.weight for one in heap)))
    steps = pd.DataFrame(rows, columns=["label", "weight"])
    steps["end"] = steps["weight"].cumsum()
    steps["start"] = steps["end"] - steps["weight"]
    return steps


def waterfall(explanation: Explanation, colours: Palette) -> go.Figure:
    """Every piece as a bar that begins where the one above it ended; the last row is the score."""
    steps = waterfall_steps(explanation.evidence)
    total = float(steps["end"].iloc[-1]) if len(steps) else 0.0
    places = np.arange(len(steps))
    figure = go.Figure()
    for sign, colour in ((1, colours.positive), (-1, colours.negative)):
        mine = steps["weight"] * sign > 0
        figure.add_bar(
            y=places[mine], x=steps["weight"][mine], base=steps["start"][mine], orientation="h",
            marker={"color": colour, "cornerradius": 4}, width=0.66,
            customdata=[in_chart(label) for label in steps["label"][mine]],
            hovertemplate="%{customdata}: %{x:+.3f}<extra></extra>",
        )  # fmt: skip
    figure.add_bar(
        y=[len(steps)], x=[total], orientation="h", width=0.66,
        marker={"color": colours.text, "cornerradius": 4},
        hovertemplate="Score %{x:.3f}<extra></extra>",
    )  # fmt: skip
    ends = steps["end"].iloc[:-1]
    for place, end in zip(places, steps["end"], strict=True):
        figure.add_shape(
            type="line", x0=end, x1=end, y0=place, y1=place + 1, layer="below",
            line={"color": colours.muted, "width": 1, "dash": "2px,2px"},
        )  # fmt: skip
    low = min(0.0, float(steps["start"].min()), float(ends.min()) if len(ends) else 0.0, total)
    high = max(0.0, float(steps["end"].max()), float(steps["start"].max()), total)
    pad = (high - low or 1.0) * 0.2  # room for a number, on a telephone too
    _write_weights(figure, steps, total, colours)
    styled(figure, colours, height=70 + _ROW * (len(steps) + 1))
    _name_rows(figure, [*steps["label"], "Score"], colours)
    figure.update_xaxes(
        range=[low - pad / 12, high + pad], fixedrange=True, zeroline=True,
        zerolinecolor=colours.muted, nticks=7,
    )  # fmt: skip
    figure.update_layout(showlegend=False, barmode="overlay")
    return figure


def _write_weights(figure: go.Figure, steps: pd.DataFrame, total: float, colours: Palette) -> None:
    """The signed number to the right of each bar."""
    for place, step in enumerate(steps.itertuples()):
        colour = colours.positive if step.weight >= 0 else colours.negative
        figure.add_annotation(
            x=max(step.start, step.end), y=place, text=f"<b>{signed(step.weight)}</b>",
            showarrow=False, xanchor="left", xshift=6, font={"color": colour, "size": 13},
        )  # fmt: skip
    figure.add_annotation(
        x=max(total, 0.0), y=len(steps), text=f"<b>{signed(total)}</b>", showarrow=False,
        xanchor="left", xshift=6, font={"color": colours.text, "size": 13},
    )  # fmt: skip


def telling_events(evidence: Sequence[Evidence]) -> tuple[list[Evidence], list[Evidence]]:
    """Events in their order, cut where they begin to matter: the quiet older ones, and the rest."""
    events = sorted((one for one in evidence if one.step), key=lambda one: one.step)
    loudest = max((abs(one.weight) for one in events), default=0.0)
    loud = [place for place, one in enumerate(events) if abs(one.weight) >= loudest * _QUIET]
    start = min([*loud[:1], max(0, len(events) - FEWEST_EVENTS)])
    return events[:start], events[start:]


def history_strip(explanation: Explanation, colours: Palette) -> go.Figure:
    """Every event of the history in its order, as high as it speaks for or against the item."""
    quiet, events = telling_events(explanation.evidence)
    weights = [one.weight for one in events]
    figure = go.Figure(
        go.Bar(
            x=[one.step for one in events],
            y=weights,
            marker={
                "color": [colours.positive if w >= 0 else colours.negative for w in weights],
                "line": {"width": 0},
            },
            customdata=[[in_chart(one.label, 60), in_chart(one.detail)] for one in events],
            hovertemplate="<b>%{customdata[0]}</b><br>%{y:+.3f}<br>%{customdata[1]}<extra></extra>",
        )
    )
    styled(figure, colours, height=180)
    limit = max(map(abs, weights), default=1.0) * 1.15 or 1.0
    steps = [one.step for one in events] or [0, 1]
    figure.update_yaxes(
        range=[-limit, limit], fixedrange=True, showgrid=False, zeroline=True, nticks=5,
        zerolinecolor=colours.muted, tickformat="+.2f",
    )  # fmt: skip
    figure.update_xaxes(
        range=[min(steps) - 0.8, max(steps) + 0.8], fixedrange=True, showgrid=False,
        title_text="Event number, oldest to newest",
    )  # fmt: skip
    if quiet:
        figure.add_annotation(
            x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="top", showarrow=False,
            text=f"← {count(len(quiet), 'event')} before: "
            f"{signed(sum(one.weight for one in quiet))} together",
            font={"color": colours.muted, "size": 12},
        )  # fmt: skip
    return figure


def rank_changes(what_if: WhatIf, most: int = MOST_CHANGES) -> pd.DataFrame:
    """The changes that move the item most, the largest first."""
    moved = what_if.changes[what_if.changes["places"] != 0]
    strength = (np.log(moved["new_rank"].clip(lower=1)) - np.log(max(1, what_if.rank))).abs()
    return moved.loc[strength.sort_values(ascending=False, kind="stable").index].head(most)


def dumbbells(what_if: WhatIf, colours: Palette) -> go.Figure:
    """For each change a line from the present place to the new one, on a scale of doublings."""
    table = rank_changes(what_if)
    rows = np.arange(len(table))
    figure = go.Figure()
    for falls, colour in ((True, colours.negative), (False, colours.positive)):
        mine = (table["places"] > 0) == falls
        for row, new in zip(rows[mine], table["new_rank"][mine], strict=True):
            figure.add_scatter(
                x=[what_if.rank, new], y=[row, row], mode="lines", hoverinfo="skip",
                line={"color": colour, "width": 3},
            )  # fmt: skip
        figure.add_scatter(
            x=table["new_rank"][mine], y=rows[mine], mode="markers",
            marker={
                "symbol": "triangle-right" if falls else "triangle-left",
                "size": 13, "color": colour,
            },
            customdata=[in_chart(label) for label in table["label"][mine]],
            hovertemplate="%{customdata}: place %{x:,}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=[what_if.rank] * len(rows), y=rows, mode="markers", hoverinfo="skip",
        marker={"symbol": "diamond", "size": 10, "color": colours.muted},
    )  # fmt: skip
    _write_ranks(figure, table, what_if.rank, colours)
    styled(figure, colours, height=80 + _ROW * max(1, len(table)))
    ends = [what_if.rank, *table["new_rank"].clip(lower=1)]
    low, high = np.log10(min(ends)), np.log10(max(ends))
    pad = max(high - low, 0.08) * 0.22  # room for the numbers
    figure.update_xaxes(
        type="log", range=[low - pad, high + pad], fixedrange=True, tickformat=",", zeroline=False,
        tickvals=_places(min(ends), max(ends)), title_text="Place in the list",
    )  # fmt: skip
    _name_rows(figure, table["label"], colours, above=1.1)
    figure.update_layout(showlegend=False)
    return figure


def score_changes(what_if: WhatIf, score: float, colours: Palette) -> go.Figure:
    """For each change how much the score would gain or lose, the largest first."""
    changes = what_if.changes.assign(gain=what_if.changes["new_score"] - score)
    table = changes.loc[changes["gain"].abs().nlargest(MOST_STEPS).index]
    rows = np.arange(len(table))
    colour = np.where(table["gain"] >= 0, colours.positive, colours.negative)
    figure = go.Figure(
        go.Bar(
            y=rows, x=table["gain"], orientation="h", width=0.66, hoverinfo="skip",
            marker={"color": colour, "cornerradius": 4},
        )
    )  # fmt: skip
    for row, change in enumerate(table.itertuples()):
        figure.add_annotation(
            x=max(0.0, change.gain), y=row, text=f"<b>{signed(change.gain)}</b>", showarrow=False,
            xanchor="left", xshift=6, font={"color": colour[row], "size": 13},
        )  # fmt: skip
    styled(figure, colours, height=60 + _ROW * max(1, len(table)))
    low, high = min(0.0, table["gain"].min()), max(0.0, table["gain"].max())
    pad = (high - low or 1.0) * 0.2
    figure.update_xaxes(
        range=[low - pad / 12, high + pad], fixedrange=True, zeroline=True, nticks=6,
        zerolinecolor=colours.muted, title_text="Change of the score",
    )  # fmt: skip
    _name_rows(figure, table["label"], colours)
    figure.update_layout(showlegend=False)
    return figure


def _name_rows(
    figure: go.Figure, labels: Iterable[str], colours: Palette, above: float = 0.6
) -> None:
    names = [in_chart(label, _NAME + 4) for label in labels]
    figure.update_yaxes(
        tickvals=np.arange(len(names)), ticktext=names, range=[len(names) - 0.4, -above],
        showgrid=False, zeroline=False, fixedrange=True, ticks="", ticklabelstandoff=8,
        tickfont={"color": colours.text, "size": 13},
    )  # fmt: skip


def _write_ranks(figure: go.Figure, table: pd.DataFrame, rank: int, colours: Palette) -> None:
    for row, change in enumerate(table.itertuples()):
        falls = change.places > 0
        figure.add_annotation(
            x=np.log10(max(1, change.new_rank)), y=row, showarrow=False,
            text=f"<b>{change.new_rank:,}</b>",
            xanchor="left" if falls else "right", xshift=10 if falls else -10,
            font={"color": colours.negative if falls else colours.positive, "size": 13},
        )  # fmt: skip
    figure.add_annotation(
        x=np.log10(max(1, rank)), y=-0.5, yanchor="bottom", showarrow=False,
        text=f"now {rank:,}", font={"color": colours.muted, "size": 12},
    )  # fmt: skip


def _places(lowest: int, highest: int) -> list[int]:
    """Round places for the axis: in doublings where they lie far apart, else evenly."""
    if highest > 4 * lowest:
        steps = [base * 10**power for power in range(7) for base in (1, 2, 5)]
        return [step for step in steps if lowest / 1.5 <= step <= highest * 1.5]
    gap = max(1, (highest - lowest) // 4)
    round_gap = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**6) if step >= gap)
    first = lowest // round_gap * round_gap
    return [place for place in range(first, highest + round_gap, round_gap) if place > 0]


def looked_at(attention: AttentionView, most: int = MOST_LOOKED_AT) -> pd.DataFrame:
    """The newest events with the attention they got, as a mean over layers and heads."""
    mean = attention.weights.groupby("step")["weight"].mean()
    tokens = attention.tokens.sort_values("step").tail(most)
    return tokens.assign(weight=tokens["step"].map(mean).fillna(0.0))


def attention_bars(attention: AttentionView, colours: Palette) -> go.Figure:
    """How much the model looked at each of the newest events, all layers and heads together."""
    table = looked_at(attention)
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
    figure.update_xaxes(
        showgrid=False, fixedrange=True, title_text="Event number, oldest to newest",
        range=[table["step"].min() - 0.7, table["step"].max() + 0.7],
    )  # fmt: skip
    return figure


def attention_heads(attention: AttentionView, colours: Palette) -> go.Figure:
    """One small picture per layer: heads down, the newest events across."""
    table = looked_at(attention)
    layers = sorted(attention.weights["layer"].unique())
    figure = make_subplots(
        rows=len(layers), cols=1, shared_xaxes=True, vertical_spacing=0.12,
        subplot_titles=[f"Layer {layer}" for layer in layers],
    )  # fmt: skip
    highest = float(attention.weights["weight"].max())
    for row, layer in enumerate(layers, start=1):
        grid = attention.weights[attention.weights["layer"] == layer].pivot(
            index="head", columns="step", values="weight"
        )[table["step"]]
        figure.add_heatmap(
            z=grid.to_numpy(), x=grid.columns, y=[f"head {head}" for head in grid.index],
            zmin=0, zmax=highest, colorscale=[[0, colours.surface], [1, colours.history]],
            showscale=False, xgap=1.5, ygap=1.5, row=row, col=1,
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
