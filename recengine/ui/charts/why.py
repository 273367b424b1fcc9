"""Why an item stands where it stands, drawn: a waterfall, a strip of the history, ranks.

Figures are pure: records and tables in, figure out; fixed ranges, signs and numbers beside colours.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recengine.engine.results import Evidence, Explanation, WhatIf
from recengine.ui.charts.events import number_events
from recengine.ui.charts.words import in_chart, signed
from recengine.ui.text import count
from recengine.ui.theme import Palette, styled

MOST_STEPS = 10
MOST_CHANGES = 18
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


def waterfall(
    evidence: Sequence[Evidence], colours: Palette, total_name: str = "Score"
) -> go.Figure:
    """Every piece as a bar that begins where the one above it ended; the last row is the sum."""
    steps = waterfall_steps(evidence)
    total = float(steps["end"].iloc[-1]) if len(steps) else 0.0
    figure = go.Figure()
    _draw_steps(figure, steps, colours)
    figure.add_bar(
        y=[len(steps)], x=[total], orientation="h", width=0.66,
        marker={"color": colours.text, "cornerradius": 4},
        hovertemplate=f"{total_name} %{{x:.3f}}<extra></extra>",
    )  # fmt: skip
    for place, end in enumerate(steps["end"]):
        figure.add_shape(
            type="line", x0=end, x1=end, y0=place, y1=place + 1, layer="below",
            line={"color": colours.muted, "width": 1, "dash": "2px,2px"},
        )  # fmt: skip
    figure.add_annotation(
        x=max(total, 0.0), y=len(steps), text=f"<b>{signed(total)}</b>", showarrow=False,
        xanchor="left", xshift=6, font={"color": colours.text, "size": 13},
    )  # fmt: skip
    return _with_names(figure, steps, [*steps["label"], total_name], colours)


def weights(evidence: Sequence[Evidence], colours: Palette, percent: bool = False) -> go.Figure:
    """Every piece as a bar from zero, for weights that are no parts of a sum."""
    steps = waterfall_steps(evidence)
    steps["start"], steps["end"] = 0.0, steps["weight"]
    figure = go.Figure()
    _draw_steps(figure, steps, colours, percent)
    _with_names(figure, steps, steps["label"], colours)
    if percent:
        figure.update_xaxes(tickformat=".0%", nticks=4)
    return figure


def _draw_steps(
    figure: go.Figure, steps: pd.DataFrame, colours: Palette, percent: bool = False
) -> None:
    places = np.arange(len(steps))
    for sign, colour in ((1, colours.positive), (-1, colours.negative)):
        mine = steps["weight"] * sign > 0
        figure.add_bar(
            y=places[mine], x=steps["weight"][mine], base=steps["start"][mine], orientation="h",
            marker={"color": colour, "cornerradius": 4}, width=0.66,
            customdata=[in_chart(label) for label in steps["label"][mine]],
            hovertemplate="%{customdata}: %{x:+.3f}<extra></extra>",
        )  # fmt: skip
    for place, step in enumerate(steps.itertuples()):
        colour = colours.positive if step.weight >= 0 else colours.negative
        text = f"{step.weight:.1%}" if percent else signed(step.weight)
        figure.add_annotation(
            x=max(step.start, step.end), y=place, text=f"<b>{text}</b>",
            showarrow=False, xanchor="left", xshift=6, font={"color": colour, "size": 13},
        )  # fmt: skip


def _with_names(
    figure: go.Figure, steps: pd.DataFrame, names: Iterable[str], colours: Palette
) -> go.Figure:
    """The rows' names, and an axis with room for the numbers."""
    ends = [0.0, *steps["start"], *steps["end"]]
    pad = (max(ends) - min(ends) or 1.0) * 0.1
    rows = list(names)
    styled(figure, colours, height=70 + _ROW * len(rows))
    _name_rows(figure, rows, colours)
    figure.update_xaxes(
        range=[min(ends) - pad / 6, max(ends) + pad], fixedrange=True, zeroline=True,
        zerolinecolor=colours.muted, nticks=7,
    )  # fmt: skip
    # numbers stand beside their bars: on a telephone they need the margin as well
    figure.update_layout(showlegend=False, barmode="overlay", margin={"r": 44})
    return figure


def history_strip(explanation: Explanation, colours: Palette) -> go.Figure:
    """Every event of the history in its order, as high as it speaks for or against the item."""
    events = sorted((one for one in explanation.evidence if one.step), key=lambda one: one.step)
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
    figure.update_yaxes(
        range=[-limit, limit], fixedrange=True, showgrid=False, zeroline=True, nticks=5,
        zerolinecolor=colours.muted, tickformat="+.2f",
    )  # fmt: skip
    number_events(figure, [one.step for one in events])
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
