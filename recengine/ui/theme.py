"""Which colour and mark means what, in light and in dark, for charts and for page markup alike.

One table says it all: history is blue and round, a recommendation vermilion and a diamond, and so
on. Charts ask `palette()`, markup uses the CSS variables that `css_variables()` writes from the
same table, so the two cannot drift apart. All pairs are told apart by colour-blind readers
(Okabe-Ito and Paul Tol's sets), and every role has a shape as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

Mode = Literal["light", "dark"]

FONT = '"Source Sans", "Source Sans 3", system-ui, -apple-system, "Segoe UI", sans-serif'

# Parts of a score in the order in which they are stacked: column suffix -> plain name.
PARTS: Mapping[str, str] = {
    "taste": "Overall taste",
    "events": "Recent events",
    "context": "This moment",
    "profile": "Profile",
    "prior": "Often next",
    "popularity": "Popular anyway",
    "feedback": "What you said",
}


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of one mode; every field is a CSS colour."""

    mode: Mode
    history: str
    recommendation: str
    interest: str
    context: str
    selected: str
    catalogue: str
    positive: str
    negative: str
    gain: str
    loss: str
    accent: str
    text: str
    muted: str
    grid: str
    surface: str
    raised: str
    taste: str
    events: str
    profile: str
    prior: str
    popularity: str
    feedback: str

    def part(self, name: str) -> str:
        """Colour of a part of a score, by the suffix of its column."""
        return str(getattr(self, name))


_LIGHT = Palette(
    mode="light",
    history="#0072B2",
    recommendation="#D55E00",
    interest="#AA4499",
    context="#009E73",
    selected="#E69F00",
    catalogue="rgba(107, 114, 128, 0.35)",
    positive="#0072B2",
    negative="#D55E00",
    gain="#007A5A",
    loss="#B3471D",
    accent="#4B4ACF",
    text="#1B1F2A",
    muted="#5B6373",
    grid="#E7E9EF",
    surface="#FBFBFD",
    raised="#FFFFFF",
    taste="#AA4499",
    events="#0072B2",
    profile="#B8860B",
    prior="#56B4E9",
    popularity="#8B93A3",
    feedback="#1B1F2A",
)

_DARK = Palette(
    mode="dark",
    history="#56B4E9",
    recommendation="#FF8A4C",
    interest="#E08BC8",
    context="#4FD1A5",
    selected="#FFC845",
    catalogue="rgba(156, 163, 175, 0.45)",
    positive="#56B4E9",
    negative="#FF8A4C",
    gain="#4FD1A5",
    loss="#FF8A4C",
    accent="#9D9CFF",
    text="#E8EAF0",
    muted="#A3ABBA",
    grid="#2A2F3A",
    surface="#12141A",
    raised="#191C24",
    taste="#E08BC8",
    events="#56B4E9",
    profile="#E3C15A",
    prior="#2F7FB0",
    popularity="#79818F",
    feedback="#E8EAF0",
)

# Category colours, (light, dark); a dataset's most frequent categories take them in this order.
# The first ones keep away from the hues of the roles, so that marks stand out of a map of dots.
_CATEGORY_COLOURS: Sequence[tuple[str, str]] = (
    ("#7A6BB5", "#B3A6EE"),
    ("#2A9D8F", "#5BCFC0"),
    ("#C2574B", "#F0978A"),
    ("#7A8A2E", "#B9CC63"),
    ("#B5547F", "#EE9CC0"),
    ("#3D7A4B", "#7FC48E"),
    ("#B08A00", "#E6C34A"),
    ("#4F7CAC", "#8FB8E0"),
    ("#8C6B4F", "#CBA98A"),
    ("#882E72", "#C583C9"),
    ("#4B4F8A", "#8F94D6"),
    ("#6B7F8C", "#A3B5C0"),
)


def mode() -> Mode:
    """The mode that the browser shows; light when it has not said so yet."""
    return "dark" if st.context.theme.type == "dark" else "light"


def palette(which: Mode | None = None) -> Palette:
    """The colours of a mode; of the one on show if none is named."""
    return _DARK if (which or mode()) == "dark" else _LIGHT


def category_colours(categories: Sequence[str], colours: Palette) -> dict[str, str]:
    """A fixed colour for every category of a dataset; the rarest ones share the muted grey."""
    column = 1 if colours.mode == "dark" else 0
    return spread(categories, [pair[column] for pair in _CATEGORY_COLOURS], colours)


def spread(names: Sequence[str], chosen: Sequence[str], colours: Palette) -> dict[str, str]:
    """The chosen colours over the names in turn; names without one share the muted grey."""
    left_over = [colours.popularity] * max(0, len(names) - len(chosen))
    return dict(zip(names, [*chosen, *left_over], strict=False))


def styled(figure: go.Figure, colours: Palette, *, height: int) -> go.Figure:
    """Give a figure the house style: no frame, quiet grid, our font, explicit height."""
    axis = {
        "gridcolor": colours.grid,
        "zerolinecolor": colours.grid,
        "linecolor": colours.grid,
        "tickfont": {"color": colours.muted, "size": 12},
        "title_font": {"color": colours.muted, "size": 12},
        "automargin": True,
    }
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": colours.text, "size": 13},
        hoverlabel={
            "bgcolor": colours.raised,
            "bordercolor": colours.grid,
            "font": {"color": colours.text, "family": FONT, "size": 13},
        },
        legend={"font": {"color": colours.text}},
        dragmode=False,
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def css_variables() -> str:
    """CSS custom properties of both modes; the browser picks by its own colour scheme."""
    pairs = (
        f"--re-{field.name}: light-dark({getattr(_LIGHT, field.name)}, "
        f"{getattr(_DARK, field.name)});"
        for field in fields(Palette)
        if field.name != "mode"
    )
    return ":root {" + " ".join(pairs) + "}"


def stylesheet() -> str:
    """The rules for our own markup."""
    return Path(__file__).with_name("frame.css").read_text("utf-8")
