"""How a group drifted: mean shares over the course of its histories, with how sure they are.

Figures are pure: tables in, figure out.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from recengine.engine.evolution.results import Cohort
from recengine.ui.charts.fan import softened
from recengine.ui.charts.words import in_chart
from recengine.ui.theme import Palette, styled

_HEIGHT = 400
_LINES = 6
_SURE, _SPREAD = 0.26, 0.10  # opacity of the mean's interval, of where most people are
_AMONG_MANY = 0.1  # opacity of the mean's interval where several lines cross
_NAME = 0.032  # share of the height that a name at the end of a line takes


def drift(
    cohort: Cohort, categories: Mapping[str, str], colours: Palette, focus: str = ""
) -> go.Figure:
    """A line per category with the 95 % interval of its mean; of one in focus, the people as well.

    Args:
        cohort: what to draw.
        categories: colour by category.
        colours: of the mode on show.
        focus: the one category to draw, or empty for the strongest ones.
    """
    names = [focus] if focus else strongest(cohort)
    figure = go.Figure()
    tracks = {name: cohort.path[cohort.path["category"] == name] for name in names}
    for name, track in tracks.items():
        colour = categories.get(name, colours.popularity)
        if focus:
            _ribbon(figure, track, ("people_low", "people_high"), softened(colour, _SPREAD))
        _ribbon(figure, track, ("low", "high"), softened(colour, _SURE if focus else _AMONG_MANY))
        figure.add_scatter(
            x=track["stage"], y=track["mean"], mode="lines+markers", name=in_chart(name),
            line={"color": colour, "width": 2.4}, marker={"size": 5}, hovertemplate="%{y:.1%}",
        )  # fmt: skip
    styled(figure, colours, height=_HEIGHT)
    kind = "people_" if focus else ""
    top = 1.05 * max(float(track[f"{kind}high"].max()) for track in tracks.values())
    bottom = 0.9 * min(float(track[f"{kind}low"].min()) for track in tracks.values())
    stages = int(cohort.path["stage"].max())
    for name, place in _apart(tracks, top - bottom):
        figure.add_annotation(
            x=stages + 0.15, y=place, text=f"<b>{in_chart(name)}</b>", xanchor="left",
            showarrow=False, font={"color": categories.get(name, colours.muted), "size": 12},
        )  # fmt: skip
    figure.update_layout(hovermode="x unified", showlegend=False, margin={"t": 8})
    figure.update_xaxes(
        range=[0.8, stages * 1.24], fixedrange=True, showgrid=False,
        tickvals=[1, stages / 2, stages], ticktext=["first events", "half-way", "last events"],
        title_text="course of each person's own history",
        unifiedhovertitle_text="<b>Tenth number %{x} of the histories</b>",
    )  # fmt: skip
    figure.update_yaxes(range=[bottom, min(1.0, top)], tickformat=".0%", fixedrange=True)
    return figure


def strongest(cohort: Cohort) -> list[str]:
    """The categories with the largest mean share."""
    means = cohort.path.groupby("category")["mean"].mean()
    return [str(name) for name in means.nlargest(_LINES).index]


def _ribbon(figure: go.Figure, track: pd.DataFrame, ends: tuple[str, str], fill: str) -> None:
    low, high = ends
    figure.add_scatter(
        x=pd.concat([track["stage"], track["stage"][::-1]]),
        y=pd.concat([track[high], track[low][::-1]]),
        mode="lines", fill="toself", fillcolor=fill, line={"width": 0}, hoverinfo="skip",
        name=f"{low} to {high}",
    )  # fmt: skip


def _apart(tracks: Mapping[str, pd.DataFrame], height: float) -> Sequence[tuple[str, float]]:
    """Where the names stand, pushed apart from the bottom up so that none hides another."""
    ends = {name: float(track["mean"].iat[-1]) for name, track in tracks.items()}
    placed: list[tuple[str, float]] = []
    for name, place in sorted(ends.items(), key=lambda each: each[1]):
        floor = placed[-1][1] + 2 * _NAME * height if placed else 0.0
        placed.append((name, max(place, floor)))
    return placed
