"""What the page is about: the item, the method and the language, all of them in the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recengine.engine.results import Explanation, Recommendations
from recengine.engine.why.results import NOT_BETTER, TRUSTED, MethodFacts
from recengine.types import TITLE
from recengine.ui import address, frame
from recengine.ui.address import METHOD, SECOND
from recengine.ui.background import streamed
from recengine.ui.choices import Choices
from recengine.ui.text import plain
from recengine.ui.view import View

PAGE = "why"
CHOICES = Choices(PAGE)
_SIGNS = {TRUSTED: "✓", NOT_BETTER: "⚠"}


@dataclass(frozen=True)
class Subject:
    """An item of one request.

    Attributes:
        view: who, when, by which ranker, and the engine's answers.
        listed: the present list.
        item_id: the item in question.
        headline: where the answer goes, above the controls.
    """

    view: View
    listed: Recommendations
    item_id: str
    headline: DeltaGenerator

    @property
    def title(self) -> str:
        """Title of the item."""
        return title_of(self.view, self.item_id)

    def methods(self) -> dict[str, MethodFacts]:
        """The methods that apply to this ranker, the usual one first."""
        engine = self.view.engine
        facts = self.view.answers.once(engine.why.methods, self.view.request.ranker)
        return {each.name: each for each in facts}

    def explained(self, method: str) -> Explanation | None:
        """The explanation by a method; None while a slow one is on its way, and drawn as such."""
        return explained(self.view, self.item_id, self.methods()[method])


def explained(view: View, item_id: str, method: MethodFacts) -> Explanation | None:
    """An explanation; None while a slow one is on its way."""
    ask, arguments = view.engine.why.explain, (view.request, item_id, method.name)
    if not method.slow:
        return view.answers.once(ask, *arguments)
    asked = view.answers.name_of(ask, *arguments)
    return streamed(asked, lambda p: ask(*arguments, progress=p), f"Explaining by {method.label}")


def choose_method(subject: Subject) -> MethodFacts:
    """Any method that applies; those that passed their test are marked, and those that failed."""
    facts = subject.methods()
    labels = {name: method_label(each) for name, each in facts.items()}
    help_text = "Ways to find reasons. ✓: tested on this ranker, and better than naming the last "
    help_text += "events whatever they are. ⚠: tested, and no better. No sign: not tested yet."
    chosen = CHOICES.menu("Explained by", METHOD, labels, next(iter(labels)), help_text=help_text)
    return facts[chosen]


def method_label(method: MethodFacts) -> str:
    """A method's name, ticked if it passed its test, with a warning if it failed."""
    return f"{method.label} {_SIGNS.get(method.trust.verdict, '')}".rstrip()


def title_of(view: View, item_id: str) -> str:
    """Title of any item."""
    return str(view.dataset.items[TITLE].iat[view.dataset.item_index(item_id) - 1])


def choose_item(view: View, listed: Recommendations) -> str:
    """The item to explain: from the address, from the present list, or any other by search."""
    present = present_items(listed)
    wanted = address.written().get(address.ITEM, "")
    chosen = known_item(view, wanted) or next(iter(present), "")
    options = dict(present)
    if chosen and chosen not in options:
        options[chosen] = title_of(view, chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="why_picker"):
        st.session_state["why_item"] = chosen or None
        st.selectbox(
            "In the present list",
            list(options),
            format_func=lambda item_id: options.get(item_id, item_id),
            key="why_item",
            on_change=lambda: frame.focus(st.session_state["why_item"] or ""),
            width=330,
            placeholder="The list is empty",
        )
        text = search_field("why_search", view)
    offer_hits(view, "why_search", text, "ask", frame.focus)
    return chosen


def choose_second(view: View, label: str, options: Mapping[str, str], default: str) -> str:
    """Another item of the same request, in the address under a name of its own."""
    asked = known_item(view, address.chosen(PAGE, SECOND))
    offered = dict(options)
    if asked and asked not in offered:
        offered[asked] = title_of(view, asked)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="why_second"):
        st.session_state["why_other"] = asked or default
        st.selectbox(
            label,
            list(offered),
            format_func=lambda item_id: offered.get(item_id, item_id),
            key="why_other",
            on_change=lambda: put_second(st.session_state["why_other"] or ""),
            width=330,
        )
        text = search_field("why_search_second", view)
    offer_hits(view, "why_search_second", text, "second", put_second)
    return asked or default


def put_second(item_id: str) -> None:
    """Callback: the second item, into the address."""
    address.choose(PAGE, **{SECOND: item_id})


def present_items(listed: Recommendations) -> dict[str, str]:
    """Rank and title of the present list's items, by id."""
    return {str(row.item_id): f"{row.rank} · {row.title}" for row in listed.items.itertuples()}


def known_item(view: View, wanted: str) -> str:
    """An item that the address asks for; empty, with a calm note, if there is none."""
    if wanted and wanted not in view.dataset.item_ids:
        st.warning(
            f"There is no item {plain(wanted)} here. Shown instead: the first that fits.",
            icon=":material/link_off:",
        )
        return ""
    return wanted


def search_field(key: str, view: View) -> str:
    """A field in which any item can be looked for."""
    text = st.text_input(
        "Any other item",
        key=key,
        type="search",
        placeholder=f"Ask about any of {view.dataset.num_items:,} items",
        live=True,
        icon=":material/search:",
        width=330,
    )
    return (text or "").strip()


def offer_hits(view: View, field: str, text: str, key: str, choose: Callable[[str], None]) -> None:
    """What was found, to be chosen with a click."""
    with st.container():
        if not text:
            return
        hits: pd.DataFrame = view.engine.search_items(text, limit=8)
        if hits.empty:
            st.caption("Nothing found. Part of a title is enough: “star”, “king”.")
            return

        def chosen(item_id: str) -> None:
            st.session_state[field] = ""
            choose(item_id)

        with st.container(horizontal=True, gap="small", key=f"{key}_hits"):
            for hit in hits.itertuples():
                st.button(
                    plain(hit.title),
                    key=f"{key}_{hit.item_id}",
                    type="tertiary",
                    icon=":material/help_center:",
                    on_click=chosen,
                    args=(str(hit.item_id),),
                )
