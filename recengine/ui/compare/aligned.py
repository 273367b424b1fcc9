"""Two lists as markup: titles left and right, lines between those that are in both."""

import pandas as pd

from recengine.engine.comparison_results import SideBySide
from recengine.ui.text import markup

_ROW = 2.5  # height of a place in rem, as in the style sheet
_FLAT = 0.15  # height of a line between equal places


def aligned_lists(both: SideBySide, names: tuple[str, str]) -> str:
    """Both lists, a line for each item in both, and where the others stand on the other side."""
    items = both.items.set_index("item_id")
    left, right = both.first.items, both.second.items
    lines = "".join(_line(row) for row in both.items.to_dict("records"))
    return (
        '<div class="re-aligned">'
        f"<h5>{markup(names[0])}</h5><span></span><h5>{markup(names[1])}</h5>"
        f"<ol>{_column(left, items, 'second')}</ol>"
        f'<div aria-hidden="true">{lines}</div>'
        f"<ol>{_column(right, items, 'first')}</ol></div>"
    )


def _line(row: dict) -> str:
    if not (row["in_first"] and row["in_second"]):
        return ""
    left, right = int(row["rank_first"]), int(row["rank_second"])
    kind = "up" if left > right else "down" if left < right else "same"
    top = _ROW * (min(left, right) - 0.5)
    height = max(_ROW * abs(left - right), _FLAT)
    return f'<i class="re-{kind}" style="top:{top:.2f}rem;height:{height:.2f}rem"></i>'


def _column(listed: pd.DataFrame, items: pd.DataFrame, other: str) -> str:
    return "".join(
        _entry(int(row.rank), str(row.title), items.loc[row.item_id], other)
        for row in listed.itertuples()
    )


def _entry(rank: int, title: str, item: pd.Series, other: str) -> str:
    elsewhere = int(item[f"rank_{other}"])
    if item[f"in_{other}"]:
        moved = elsewhere - rank
        note = "=" if moved == 0 else f"{'▲' if moved > 0 else '▼'}{abs(moved)}"
        said, kind = f"number {elsewhere} in the other list", ""
    else:
        note = f"{elsewhere:,}" if elsewhere else "seen"
        said = f"number {elsewhere:,} there" if elsewhere else "does not compete there: seen before"
        kind = ' class="re-alone"'
    return (
        f'<li{kind} title="{markup(title)}: {said}"><b>{rank}</b>'
        f"<span>{markup(title)}</span><small>{note}</small></li>"
    )


def leaned_on(both: SideBySide, names: tuple[str, str]) -> str:
    """For each side, the events that speak most for its list, with their shares as bars."""
    longest = float(both.leaned["share"].max()) if len(both.leaned) else 1.0
    halves = []
    for side, name in zip(("first", "second"), names, strict=True):
        mine = both.leaned[both.leaned["side"] == side]
        rows = "".join(
            f'<div class="re-lean"><span title="{markup(row.title)}">{markup(row.title)}</span>'
            f'<i style="width:{row.share / longest:.1%}"></i><b>{row.share:.0%}</b></div>'
            for row in mine.itertuples()
        )
        none = "<p>No sum over events: this ranker does not say which events it leaned on.</p>"
        halves.append(f"<div><h5>{markup(name)}</h5>{rows or none}</div>")
    return f'<div class="re-leaned">{"".join(halves)}</div>'
