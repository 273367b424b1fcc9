"""The answer in words: from templates at once, reworded by a language model if somebody asks."""

import streamlit as st

from recengine.engine.results import Explanation
from recengine.engine.telling.results import SPOKEN, Told
from recengine.ui import address, keywords, widgets
from recengine.ui.address import LANGUAGE
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why import writer
from recengine.ui.why.subject import CHOICES, PAGE

_LONG = 240  # letters that a headline may have


def headline(view: View, explanation: Explanation, caption: str) -> Told:
    """The page's answer; a method that cannot speak against an item has a sentence of its own."""
    if any(one.weight < 0 for one in explanation.evidence) or explanation.adds_up:
        told = view.engine.telling.explanation(explanation, language())
        first, rest = told.split(_LONG)
        widgets.answer(first, caption)
        if rest:
            st.markdown(plain(rest))
        return told
    sentence = view.engine.telling.answer(explanation, language())
    widgets.answer(sentence, caption)
    return _alone(sentence)


def language() -> str:
    """The language of the sentences, from the address; its control says if there is none such."""
    asked = address.chosen(PAGE, LANGUAGE)
    return asked if asked in SPOKEN else "en"


def choose_language() -> None:
    """In which language sentences are told; everything else on the page stays as it is."""
    CHOICES.segmented("Language", LANGUAGE, SPOKEN, "en")
    if language() != "en":
        st.caption("句子用中文；按钮、图和表保持英文。", width="content")


def answer(view: View, sentence: str, caption: str = "") -> None:
    """The answer of one question as the page's headline, with how it is told."""
    widgets.answer(sentence, caption)
    draw_ways(view, _alone(sentence))


def draw_ways(view: View, told: Told) -> str:
    """In which language the page's answer is told, and in whose words; returns who rewords."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="why_told"):
        choose_language()
        name = writer.choose(view)
        before = writer.offer(view, told, name, "why_reword")
    writer.draw(view, told, name, before)
    return name


def offer_description(view: View, explanation: Explanation, name: str) -> None:
    """The item described for this person, and the words of their interest, if somebody wants it."""
    label = "The item in words for this person"
    drawer = CHOICES.drawer(label, "described", ":material/person_book:")
    if drawer.open:
        with drawer:
            _draw_description(view, explanation, name)


def _alone(sentence: str) -> Told:
    """A sentence without parts of its own: its rewording is held against all of it."""
    return Told("", language(), sentence, (sentence,))


def _draw_description(view: View, explanation: Explanation, name: str) -> None:
    told = view.engine.telling.description(explanation, language())
    st.markdown(plain(told.text))
    writer.draw(view, told, name, writer.offer(view, told, name, "why_reword_item"))
    words = view.engine.telling.keywords(view.request, 0, 8, language())
    st.html(keywords.chips("Interest", words.table))
    st.caption(
        "From templates: the item's categories, the words it shares with the items near this "
        "person's interest, and the events that speak for it. Nothing is made up."
    )
