"""The page Item map: the catalogue as it lies for everyone and for this person now."""

from typing import Any

import pandas as pd
import streamlit as st

from recengine.engine.results import ItemMap
from recengine.types import CATEGORIES, ITEM_ID, TITLE, YEAR
from recengine.ui import address, focus, frame, map_component, pictures, rankers, widgets
from recengine.ui.map_component import QUESTIONS, Look
from recengine.ui.states import calm_errors
from recengine.ui.text import count, plain, safe_csv
from recengine.ui.view import View

MAP = "item_map"
_DRAWN_AROUND = "drawn_around"
_MOST_FOUND = 12  # items of a search that get a ring
_TRAILS = 40
_NO_SHIFT = 1e-6  # cosine distance of a vector that did not move
_MOVED_ROWS = 30
_TABLE = {
    "rank": "Place",
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
_METHOD = """
Every item has a vector made from its text and from what people did with it. **For everyone** the
map lays these vectors out with UMAP, once per ranker, so that like lies near like. **For this
person now** the ranker bends each vector by what the person did and by the moment; a small network
that has learnt the layout puts the bent vectors on the same map. So when a dot moves, what it
means to the ranker has moved.

*Moved* is the cosine distance between both vectors. *Trust* is the share of an item's neighbours
on the map that are neighbours among the vectors too; directions and distances between far regions
mean little on any such map.
"""


@st.fragment
@calm_errors()
def draw(view: View) -> None:
    """The whole page; picking an item draws it again without the frame around it."""
    pictures.style()
    if rankers.needs_interest(view, "bend the catalogue around a person"):
        return
    item_map = _ask(view)
    widgets.answer(item_map.sentence)
    fitting = map_component.fitting_magnification(item_map.items)
    found = _controls(view, fitting)
    magnified = fitting if st.session_state.get("map_magnified", True) else 1
    chosen = _item_in_focus(view, item_map)
    picture, beside = st.columns([0.71, 0.29], gap="medium")
    with picture:
        _draw_map(view, item_map, chosen, found, magnified)
        _footnote(item_map, magnified)
    with beside:
        focus.draw(view, chosen)
    with st.container():
        _draw_selection(item_map)
    with st.container():
        _draw_moved(item_map)
    widgets.numbers(
        _table(item_map.items), f"map_{view.request.user_id}", _TABLE, "Every item drawn"
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def packed(
    asked: tuple,  # noqa: ARG001
    _item_map: ItemMap,
    _categories: tuple[str, ...],
    magnified: int,
) -> dict[str, Any]:
    """What the browser needs of a map; packed once per question."""
    return map_component.pack(_item_map, _categories, magnified=magnified)


def question(view: View) -> tuple:
    """What tells the present question from any other."""
    request = view.request
    context = tuple(sorted(request.context.items()))
    asked = (request.user_id, context, request.ranker, request.k)
    return (view.answers.serial, *asked, request.without, request.muted)


def _ask(view: View) -> ItemMap:
    """The answer; a place is held for it only while there is no map on the page yet.

    Whether or not it is held, the elements that follow keep their order on the page.
    """
    with st.container():
        if MAP in st.session_state:
            return view.answers.item_map(view.request)
        with st.skeleton(height=720):
            return view.answers.item_map(view.request)


def _controls(view: View, fitting: int) -> list[str]:
    """Controls of the picture; returns the ids of the items that are searched for."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="map_controls"
    ):
        st.segmented_control(
            "Colour by",
            list(QUESTIONS),
            format_func=lambda name: QUESTIONS[name][0],
            default="category",
            required=True,
            key="map_colour",
            persist_state="session",
            help="Fit: how well an item suits this person now. Movement: how far it moved for "
            "them. Trust: how far its neighbours on the map are true neighbours.",
        )
        st.toggle(
            "Trails",
            key="map_trails",
            value=True,
            persist_state="session",
            help=f"From where the {_TRAILS} items that moved most came.",
        )
        if fitting > 1:
            st.toggle(
                f"Movement × {fitting}",
                key="map_magnified",
                value=True,
                persist_state="session",
                help=f"Draw every item {fitting} times as far from its place for everyone as it "
                "really moved, so that the movement can be seen.",
            )
        text = st.text_input(
            "Find",
            key="map_search",
            type="search",
            placeholder=f"Find one of {view.dataset.num_items:,} items",
            label_visibility="collapsed",
            live=True,
            icon=":material/search:",
            width=270,
        )
    below = st.container()
    if not text or not text.strip():
        return []
    hits = view.engine.search_items(text.strip(), limit=_MOST_FOUND)
    with below:
        _offer_hits(hits)
    return [str(item_id) for item_id in hits[ITEM_ID]]


def _offer_hits(hits: pd.DataFrame) -> None:
    """What was found, each a step away from being in focus."""
    if hits.empty:
        st.caption("Nothing found. Part of a title is enough: “star”, “king”.")
        return
    with st.container(horizontal=True, gap="small", key="map_hits"):
        for hit in hits.head(6).itertuples():
            st.button(
                plain(hit.title),
                key=f"hit_{hit.item_id}",
                type="tertiary",
                icon=":material/my_location:",
                on_click=frame.focus,
                args=(str(hit.item_id),),
            )


def _item_in_focus(view: View, item_map: ItemMap) -> str:
    """The item of the address if there is such a one, else the best of the list, else of all."""
    wanted = address.written().get(address.ITEM, "")
    if wanted and wanted in view.dataset.item_ids:
        return wanted
    items = item_map.items
    listed = items[items["role"] == "recommendation"].sort_values("rank")
    best = listed if len(listed) else items.nlargest(1, "score")
    return "" if best.empty else str(best[ITEM_ID].iat[0])


def _draw_map(view: View, item_map: ItemMap, chosen: str, found: list[str], magnified: int) -> None:
    map_component.draw_map(
        packed(question(view), item_map, view.dataset.categories, magnified),
        Look(
            colour_by=st.session_state["map_colour"],
            trails=_TRAILS if st.session_state["map_trails"] else 0,
            selected=chosen,
            searched=found,
            dynamic=bool((item_map.items["shift"] > _NO_SHIFT).any()),
            remark=_remark(item_map, magnified),
            height=640,
        ),
        categories=view.dataset.categories,
        sentence=item_map.sentence,
        name=f"map_{view.request.user_id}",
        key=MAP,
        on={"pick": _pick, "lasso": _keep_selection},
    )


def _pick() -> None:
    frame.focus(str(st.session_state[MAP].pick))


def _keep_selection() -> None:
    st.session_state[_DRAWN_AROUND] = st.session_state[MAP].lasso


def _remark(item_map: ItemMap, magnified: int) -> str:
    """How much of the catalogue is drawn, how far to trust it, and how movement is drawn."""
    drawn, all_items = len(item_map.items), item_map.num_items
    sample = "" if drawn == all_items else " (a fair sample; history and list always included)"
    farther = f"; movement drawn {magnified} times as far" if magnified > 1 else ""
    counts = f"{drawn:,} of {all_items:,} items drawn{sample}"
    return f"{counts}; map trust {item_map.trust:.2f}{farther}"


def _footnote(item_map: ItemMap, magnified: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="map_footnote"):
        st.caption(_remark(item_map, magnified))
        widgets.method(_METHOD)


def _draw_selection(item_map: ItemMap) -> None:
    """The items that were drawn around, while they belong to the map on show."""
    kept = st.session_state.get(_DRAWN_AROUND) or {"ids": [], "total": 0}
    items = item_map.items[item_map.items[ITEM_ID].astype(str).isin(kept["ids"])]
    if items.empty:
        return
    shown = _table(items.sort_values("rank"))
    more = f", the best {len(items):,} of them listed" if kept["total"] > len(items) else ""
    with st.container(border=True, key="drawn_around_table"):
        st.markdown(f"##### {count(kept['total'], 'item')} drawn around{more}")
        st.dataframe(
            shown[[TITLE, YEAR, CATEGORIES, "rank", "shift", "moved_by"]].rename(columns=_TABLE),
            hide_index=True,
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
    st.dataframe(
        _table(moved)[[TITLE, YEAR, "shift", "moved_by", "rank"]].rename(columns=_TABLE),
        hide_index=True,
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
            "rank": items["rank"].map(lambda rank: f"{rank:,.0f}" if rank > 0 else "seen"),
        }
    )
