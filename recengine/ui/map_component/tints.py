"""The colours of the map in both modes, so that a change of mode needs no answer from Python."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from recengine.ui.theme import Mode, category_colours, palette

# From the lowest to the highest value; the low end steps back into the background.
_RAMPS: Mapping[Mode, Mapping[str, Sequence[str]]] = {
    "light": {
        "score": ("#D5D9E2", "#EDB48F", "#D55E00"),
        "shift": ("#D5D9E2", "#A698DD", "#45299F"),
        "year": ("#2F4596", "#2AA198", "#E0A200"),
        "trust": ("#D98BA0", "#B9C0CC", "#0B6E69"),
    },
    "dark": {
        "score": ("#363C4A", "#8E5B3D", "#FF8A4C"),
        "shift": ("#363C4A", "#7468CC", "#CFC6FF"),
        "year": ("#6F8BEB", "#3FB8AF", "#FFD166"),
        "trust": ("#A8536A", "#566072", "#58D6CC"),
    },
}

_EXTRA: Mapping[Mode, Mapping[str, str]] = {
    "light": {"catalogue": "#6B7280", "on_recommendation": "#FFFFFF", "movement": "#45299F"},
    "dark": {"catalogue": "#9CA3AF", "on_recommendation": "#241006", "movement": "#CFC6FF"},
}


def role_colours() -> dict[Mode, dict[str, Any]]:
    """Colour of every role, and of low to high for every measured question, by mode."""
    modes: tuple[Mode, Mode] = ("light", "dark")
    return {mode: _mode_colours(mode) for mode in modes}


def category_pairs(categories: Sequence[str]) -> list[dict[str, Any]]:
    """Name and both colours of every category, and whether no other shares them."""
    light = category_colours(categories, palette("light"))
    dark = category_colours(categories, palette("dark"))
    uses = Counter(light.values())
    return [
        {"name": name, "light": light[name], "dark": dark[name], "own": uses[light[name]] == 1}
        for name in categories
    ]


def _mode_colours(mode: Mode) -> dict[str, Any]:
    colours = palette(mode)
    roles = ("history", "recommendation", "interest", "selected")
    named = {role: getattr(colours, role) for role in roles}
    return {**named, **_EXTRA[mode], "ramps": {key: [*ramp] for key, ramp in _RAMPS[mode].items()}}
