"""The page Item map: the catalogue as it lies for everyone and for this person now."""

import contextlib
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recengine.engine.results import ItemMap
from recengine.types import ITEM_ID
from recengine.ui import (
    address,
    atlas_choices,
    atlas_tables,
    focus,
    frame,
    map_component,
    pictures,
    rankers,
    widgets,
)
from recengine.ui.atlas_choices import Looking
from recengine.ui.map_component import Look
from recengine.ui.states import calm_errors
from recengine.ui.text import plain
from recengine.ui.view import View

MAP = "item_map"
_DRAWN_AROUND = "drawn_around"
_MOST_FOUND = 12  # items of a search that get a ring
_NO_SHIFT = 1e-6  # cosine distance of a vector that did not move
_METHOD = """
Every item has a vector made from its text and from what people did with it. **For everyone** the
map lays these vectors out with UMAP, once per ranker, so that like lies near like. **For this
person now** the ranker bends each vector by what the person did and by the moment; a small network
that has learnt the layout puts the bent vectors on the same map. So when a dot moves, what it
means to the ranker has moved. **Laid again** lets UMAP start from that layout and lay the bent
vectors out anew: neighbours are then true for this question, but places cannot be compared one by
one. Between two questions, *moved most by* names what pulls more than before, or no longer pulls.

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
    headline = st.container()
    ringed = _ringed()
    found, switches = _controls(view)
    looking = atlas_choices.choose(view, len(ringed))
    item_map = _ask(view, looking, found, ringed)
    with headline:
        widgets.answer(item_map.sentence)
    with switches:
        magnified = atlas_choices.choose_magnification(
            map_component.fitting_magnification(item_map.items)
        )
    chosen = _item_in_focus(view, item_map)
    sheet = _Sheet(view, item_map, looking, chosen, tuple(found), ringed, magnified)
    if looking.two:
        _draw_two(sheet)
        focus.draw(view, chosen)
    else:
        picture, beside = st.columns([0.71, 0.29], gap="medium")
        with picture:
            _draw_map(sheet, MAP)
            _footnote(sheet)
        with beside:
            focus.draw(view, chosen)
    atlas_tables.draw(item_map, ringed, _ringed_total())


@dataclass(frozen=True)
class _Sheet:
    """One map and how it is looked at."""

    view: View
    item_map: ItemMap
    looking: Looking
    chosen: str
    found: tuple[str, ...]
    ringed: tuple[str, ...]
    magnified: int

    @property
    def remark(self) -> str:
        """How much of the catalogue is drawn, how far to trust it, how movement is drawn."""
        drawn, all_items = len(self.item_map.items), self.item_map.num_items
        closer, sample = drawn > map_component.AT_FIRST, drawn < all_items
        notes = ["the closer one looks, the more are drawn"] * closer + ["a fair sample"] * sample
        noted = f" ({'; '.join([*notes, 'history, list and search always'])})" if notes else ""
        farther = f"; movement drawn {self.magnified} times as far" if self.magnified > 1 else ""
        again = "; laid again for this question" if self.looking.laid_again else ""
        still = "; the selection held still" if self.looking.held else ""
        counts = f"{drawn:,} of {all_items:,} items {'on the map' if closer else 'drawn'}{noted}"
        return f"{counts}; map trust {self.item_map.trust:.2f}{again}{farther}{still}"


@st.cache_resource(max_entries=32, show_spinner=False)
def packed(
    asked: tuple,  # noqa: ARG001
    _item_map: ItemMap,
    _categories: tuple[str, ...],
    magnified: int,
    marks: Literal["before", "after"] = "after",
) -> dict[str, Any]:
    """What the browser needs of a map; packed once per question."""
    return map_component.pack(_item_map, _categories, magnified=magnified, marks=marks)


def question(view: View) -> tuple:
    """What tells the present question from any other."""
    return (view.answers.serial, *view.request.key)


def _ask(view: View, looking: Looking, found: list[str], ringed: tuple[str, ...]) -> ItemMap:
    """The answer; a place is held for it only while there is no map on the page yet.

    Whether or not it is held, the elements that follow keep their order on the page.
    """
    hold = ringed if looking.held else ()
    with st.container():
        held = contextlib.nullcontext() if MAP in st.session_state else st.skeleton(height=720)
        with held:
            return view.answers.item_map(
                view.request, looking.before, looking.laid_again, tuple(found), hold
            )


def _controls(view: View) -> tuple[list[str], DeltaGenerator]:
    """Controls of the picture.

    Returns the ids of the items that are searched for, and the place of the switch that can only be
    drawn once the map is known.
    """
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="map_controls"
    ):
        atlas_choices.choose_colours(view)
        switches = st.container(horizontal=True, width="content", key="map_switches")
        with switches:
            atlas_choices.choose_trails()
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
        return [], switches
    hits = view.engine.search_items(text.strip(), limit=_MOST_FOUND)
    with below:
        _offer_hits(hits)
    return [str(item_id) for item_id in hits[ITEM_ID]], switches


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


def _draw_map(sheet: _Sheet, key: str, stand: Literal["", "before", "after"] = "") -> None:
    view, item_map, looking = sheet.view, sheet.item_map, sheet.looking
    asked = (
        *question(view),
        looking.before and looking.before.key,
        looking.laid_again,
        sheet.found,
        sheet.ringed if looking.held else (),
    )
    map_component.draw_map(
        packed(asked, item_map, view.dataset.categories, sheet.magnified, stand or "after"),
        Look(
            colour_by=looking.colour,
            trails=atlas_choices.TRAILS_DRAWN if looking.trails else 0,
            selected=sheet.chosen,
            searched=sheet.found,
            dynamic=bool((item_map.items["shift"] > _NO_SHIFT).any()) or looking.laid_again,
            ends=looking.ends,
            stand=stand,
            ringed=sheet.ringed,
            remark=sheet.remark,
            height=520 if stand else 640,
        ),
        categories=view.dataset.categories,
        sentence=item_map.sentence,
        name=f"map_{view.request.user_id}",
        key=key,
        on={"pick": lambda: _pick(key), "lasso": lambda: _keep_selection(key)},
    )


def _draw_two(sheet: _Sheet) -> None:
    """Both ends of the slider beside each other; what is picked or drawn around is so on both."""
    before, after = sheet.looking.ends or ("For everyone", "For this person now")
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"##### {plain(before)}")
        _draw_map(sheet, f"{MAP}_before", "before")
    with right:
        st.markdown(f"##### {plain(after)}")
        _draw_map(sheet, MAP, "after")
    _footnote(sheet)


def _pick(key: str) -> None:
    frame.focus(str(st.session_state[key].pick))


def _keep_selection(key: str) -> None:
    st.session_state[_DRAWN_AROUND] = st.session_state[key].lasso


def _ringed() -> tuple[str, ...]:
    """The items that were drawn around."""
    return tuple((st.session_state.get(_DRAWN_AROUND) or {"ids": ()})["ids"])


def _ringed_total() -> int:
    """How many there are, more of them than are known by name if there are hundreds."""
    return int((st.session_state.get(_DRAWN_AROUND) or {"total": 0})["total"])


def _footnote(sheet: _Sheet) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="map_footnote"):
        st.caption(sheet.remark)
        widgets.method(_METHOD)
