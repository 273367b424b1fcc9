"""The numbers under the item map: what was drawn around, what moved most and why, everything."""

import pandas as pd
import streamlit as st

from recengine.engine.results import ItemMap
from recengine.types import CATEGORIES, ITEM_ID, TITLE, YEAR
from recengine.ui import frame, widgets
from recengine.ui.text import MISSING, count, safe_csv

_MOVED_ROWS = 30
_TABLE = {
    "rank": "Place",
    "rank_before": "Place before",
    TITLE: "Title",
    YEAR: "Year",
    CATEGORIES: "Categories",
    "role": "Role",
    "shift": "Moved",
    "moved_by": "Moved most by",
    "trust": "Trust of its place",
    "static_x": "x for everyone",
    "static_y": "y for everyone",
    "x": "x now",
    "y": "y now",
}


def draw(item_map: ItemMap, ringed: tuple[str, ...], ringed_total: int) -> None:
    """All tables of a map.

    Args:
        item_map: the map.
        ringed: the best-fitting items that were drawn around.
        ringed_total: how many were drawn around.
    """
    with st.container():
        _draw_selection(item_map, ringed, ringed_total)
    with st.container():
        _draw_moved(item_map)
    name = f"map_{item_map.request.user_id}"
    widgets.numbers(_table(item_map.items), name, _TABLE, "Every item drawn")


def _draw_selection(item_map: ItemMap, ringed: tuple[str, ...], total: int) -> None:
    """The items that were drawn around, while they belong to the map on show."""
    items = item_map.items[item_map.items[ITEM_ID].astype(str).isin(ringed)]
    if items.empty:
        return
    shown = _table(items.sort_values("rank"))
    more = f", the best {len(items):,} of them listed" if total > len(items) else ""
    with st.container(border=True, key="drawn_around_table"):
        st.markdown(f"##### {count(total, 'item')} drawn around{more}")
        st.dataframe(
            shown[[TITLE, *_year(shown), CATEGORIES, "rank", "shift", "moved_by"]].rename(
                columns=_TABLE
            ),
            hide_index=True,
            placeholder=MISSING,
            height=260,
            column_config={"Year": st.column_config.NumberColumn(format="%d")},
            alt="The items that were drawn around, best fit first",
        )
        with st.container(horizontal=True):
            st.download_button(
                "Download as CSV",
                lambda: safe_csv(shown[list(_TABLE)].rename(columns=_TABLE)),
                file_name="drawn_around.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
            st.caption("Esc on the map lets go of the selection.")


def _draw_moved(item_map: ItemMap) -> None:
    """Which items moved most, and what moved them."""
    moved = item_map.items.nlargest(_MOVED_ROWS, "shift")
    if moved.empty or moved["shift"].iat[0] <= 0:
        return
    st.subheader("Moved most, and why", anchor=False)
    before = [] if item_map.before is None else ["rank_before"]
    st.dataframe(
        _table(moved)[[TITLE, *_year(moved), "shift", "moved_by", *before, "rank"]].rename(
            columns=_TABLE
        ),
        hide_index=True,
        placeholder=MISSING,
        height=318,
        key="map_moved",
        on_select=lambda: _pick_row(moved),
        selection_mode="single-row",
        column_config={
            "Year": st.column_config.NumberColumn(format="%d", width="small"),
            "Moved": st.column_config.ProgressColumn(
                format="%.3f",
                min_value=0,
                max_value=float(moved["shift"].iat[0]),
                help="Cosine distance between its vector for everyone and for this person now.",
            ),
            "Place": st.column_config.TextColumn(width="small"),
        },
        alt="The items that moved most for this person, and the event or fact that moved each",
    )


def _pick_row(moved: pd.DataFrame) -> None:
    rows = st.session_state["map_moved"].selection.rows
    if rows:
        frame.focus(str(moved[ITEM_ID].iat[rows[0]]))


def _table(items: pd.DataFrame) -> pd.DataFrame:
    """The items with places for those that compete, and categories as words."""
    return items.assign(
        **{
            CATEGORIES: items[CATEGORIES].map(lambda names: ", ".join(map(str, names))),
            **{name: items[name].map(_place) for name in ("rank", "rank_before")},
        }
    )


def _year(items: pd.DataFrame) -> list[str]:
    """The column of years, where any is known."""
    return [YEAR] if items[YEAR].notna().any() else []


def _place(rank: int) -> str:
    return f"{rank:,.0f}" if rank > 0 else "seen"
