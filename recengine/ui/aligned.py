"""Two lists as markup: titles left and right, lines between those that are in both."""

from collections.abc import Sequence
from dataclasses import dataclass

from recengine.ui.text import markup

_ROW = 2.5  # height of a place in rem, as in the style sheet
_FLAT = 0.15  # height of a line between equal places


@dataclass(frozen=True)
class Place:
    """One line of a list.

    Attributes:
        item_id: which item.
        title: its title.
        note: a few letters behind it, such as "▲3".
        said: what the note means, in words.
        alone: whether it stands apart from the other list.
        marked: whether it is to be seen first.
    """

    item_id: str
    title: str
    note: str = ""
    said: str = ""
    alone: bool = False
    marked: bool = False


def aligned(left: Sequence[Place], right: Sequence[Place], names: tuple[str, str]) -> str:
    """Both lists, best first, with a line for each item in both."""
    at_right = {place.item_id: rank for rank, place in enumerate(right, start=1)}
    lines = "".join(
        _line(rank, at_right[place.item_id])
        for rank, place in enumerate(left, start=1)
        if place.item_id in at_right
    )
    return (
        '<div class="re-aligned">'
        f"<h5>{markup(names[0])}</h5><span></span><h5>{markup(names[1])}</h5>"
        f"<ol>{_column(left)}</ol>"
        f'<div aria-hidden="true">{lines}</div>'
        f"<ol>{_column(right)}</ol></div>"
    )


def moved(rank: int, elsewhere: int) -> str:
    """How far a place differs from that in the other list: "▲3", "="."""
    places = elsewhere - rank
    return "=" if places == 0 else f"{'▲' if places > 0 else '▼'}{abs(places)}"


def _line(left: int, right: int) -> str:
    kind = "up" if left > right else "down" if left < right else "same"
    top = _ROW * (min(left, right) - 0.5)
    height = max(_ROW * abs(left - right), _FLAT)
    return f'<i class="re-{kind}" style="top:{top:.2f}rem;height:{height:.2f}rem"></i>'


def _column(places: Sequence[Place]) -> str:
    return "".join(_entry(rank, place) for rank, place in enumerate(places, start=1))


def _entry(rank: int, place: Place) -> str:
    alone, marked = "re-alone" if place.alone else "", "re-marked" if place.marked else ""
    return (
        f'<li class="{alone} {marked}" '
        f'title="{markup(place.title)}: {markup(place.said)}"><b>{rank}</b>'
        f"<span>{markup(place.title)}</span><small>{markup(place.note)}</small></li>"
    )
