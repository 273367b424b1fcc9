"""The answer in words: from templates at once, reworded by a language model if somebody asks."""

import streamlit as st

from recengine.engine.results import Explanation
from recengine.engine.telling.results import GENERATED, SPOKEN, Rewritten, Told
from recengine.ui import address, keywords, widgets
from recengine.ui.address import LANGUAGE
from recengine.ui.background import streamed
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why.subject import CHOICES, PAGE

_ASKED = "why_reworded"  # texts that somebody asked to have reworded
_LONG = 240  # letters that a headline may have


def headline(view: View, explanation: Explanation, caption: str) -> Told | None:
    """The page's answer; a method that cannot speak against an item has a sentence of its own."""
    if any(one.weight < 0 for one in explanation.evidence) or explanation.adds_up:
        told = view.engine.telling.explanation(explanation, language())
        first, rest = told.split(_LONG)
        widgets.answer(first, caption)
        if rest:
            st.markdown(plain(rest))
        return told
    widgets.answer(view.engine.telling.answer(explanation, language()), caption)
    return None


def language() -> str:
    """The language of the sentences, from the address; its control says if there is none such."""
    asked = address.chosen(PAGE, LANGUAGE)
    return asked if asked in SPOKEN else "en"


def choose_language() -> None:
    """In which language sentences are told; everything else on the page stays as it is."""
    CHOICES.segmented("Language", LANGUAGE, SPOKEN, "en")
    if language() != "en":
        st.caption("句子用中文；按钮、图和表保持英文。", width="content")


def answer(view: View, found: Explanation, caption: str = "") -> str:
    """The answer of one question as the page's headline, with the choice of its language."""
    sentence = view.engine.telling.answer(found, language())
    widgets.answer(sentence, caption)
    choose_language()
    return sentence


def draw_told(view: View, explanation: Explanation, told: Told | None) -> None:
    """Language, rewording, the item described for this person, and the words of their interest."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="why_told"):
        choose_language()
        before = _offer_rewording(view, told, "why_reword") if told else None
    if told:
        _draw_reworded(view, told, before)
    label = "The item in words for this person"
    drawer = CHOICES.drawer(label, "described", ":material/person_book:")
    if drawer.open:
        with drawer:
            _draw_description(view, explanation)


def _offer_rewording(view: View, told: Told, key: str) -> Rewritten | None:
    """What was written of a text before; a button to ask for it if nobody did."""
    telling = view.engine.telling
    before = telling.kept_rewriting(told)
    if told.language == "en" and before is None:
        st.button(
            "Say it in other words",
            icon=":material/ink_pen:",
            type="tertiary",
            key=key,
            on_click=lambda: st.session_state.setdefault(_ASKED, set()).add(told.text),
            help=f"A small language model, {plain(telling.writer)}, rewords the sentences. Loading "
            "it takes some 20 seconds the first time; what it writes is shown only if every name "
            f"and number in it was given. {plain(telling.writer_quality())} Another model: "
            "`recengine demo --writer NAME`.",
        )
    return before


def _draw_reworded(view: View, told: Told, before: Rewritten | None) -> None:
    found = before
    if found is None and told.text in st.session_state.get(_ASKED, set()):
        telling = view.engine.telling
        asked = (view.answers.serial, "reword", told.text)
        found = streamed(asked, lambda p: telling.rewrite(told, p), "Rewording")
    if found is None:
        return
    if found.text:
        st.markdown(f"> {plain(found.text)} :violet-badge[{GENERATED}]")
        st.caption(f"By {plain(found.model)}; every name and number in it was given to it.")
    else:
        st.caption(
            f":material/block: What {plain(found.model)} wrote is not shown: {plain(found.reason)}"
        )


def _draw_description(view: View, explanation: Explanation) -> None:
    told = view.engine.telling.description(explanation, language())
    st.markdown(plain(told.text))
    _draw_reworded(view, told, _offer_rewording(view, told, "why_reword_item"))
    words = view.engine.telling.keywords(view.request, 0, 8, language())
    st.html(keywords.chips("Interest", words.table))
    st.caption(
        "From templates: the item's categories, the words it shares with the items near this "
        "person's interest, and the events that speak for it. Nothing is made up."
    )
