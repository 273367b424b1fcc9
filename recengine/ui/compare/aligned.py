"""What two requests list and lean on, as markup."""

import pandas as pd

from recengine.engine.comparison.results import SideBySide
from recengine.ui.aligned import Place, aligned, moved
from recengine.ui.text import markup


def aligned_lists(both: SideBySide, names: tuple[str, str]) -> str:
    """Both lists, a line for each item in both, and where the others stand on the other side."""
    items = both.items.set_index("item_id")
    left, right = (
        [
            _place(int(row.rank), str(row.title), str(row.item_id), items.loc[row.item_id], other)
            for row in listed.items.itertuples()
        ]
        for listed, other in ((both.first, "second"), (both.second, "first"))
    )
    return aligned(left, right, names)


def _place(rank: int, title: str, item_id: str, item: pd.Series, other: str) -> Place:
    elsewhere = int(item[f"rank_{other}"])
    if item[f"in_{other}"]:
        said = f"number {elsewhere} in the other list"
        return Place(item_id, title, moved(rank, elsewhere), said)
    if elsewhere:
        return Place(item_id, title, f"{elsewhere:,}", f"number {elsewhere:,} there", alone=True)
    return Place(item_id, title, "seen", "does not compete there: seen before", alone=True)


def leaned_on(leaned: pd.DataFrame, names: tuple[str, str], notes: tuple[str, str]) -> str:
    """For each side, the events that speak most for its list, with their shares as bars.

    Args:
        leaned: as in `SideBySide`.
        names: what to call the sides.
        notes: what to say of each side that has no events.
    """
    longest = float(leaned["share"].max()) if len(leaned) else 1.0
    halves = []
    for side, name, note in zip(("first", "second"), names, notes, strict=True):
        mine = leaned[leaned["side"] == side]
        rows = "".join(
            f'<div class="re-lean"><span title="{markup(row.title)}">{markup(row.title)}</span>'
            f'<i style="width:{row.share / longest:.1%}"></i><b>{row.share:.0%}</b></div>'
            for row in mine.itertuples()
        )
        told = rows or f"<p>{markup(note)}</p>"
        halves.append(f"<div><h5>{markup(name)}</h5>{told}</div>")
    return f'<div class="re-leaned">{"".join(halves)}</div>'
