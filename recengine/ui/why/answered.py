"""Words of the item's text and of the history's titles that answered each other, highlighted."""

import streamlit as st

from recengine.engine.why.answers import Words
from recengine.ui.background import streamed
from recengine.ui.charts import answered as charts
from recengine.ui.text import count, plain
from recengine.ui.view import View
from recengine.ui.why import parts, told
from recengine.ui.why.marked import draw_marked
from recengine.ui.why.subject import CHOICES, Subject

_MEANING = (
    "The darker a word, the nearer the text encoder sees it to some word of the history's titles. "
    "It says what the encoder compared, not what the ranker decided by."
)


def draw_answered(subject: Subject) -> None:
    """The text with its words marked, when somebody wants it: the encoder takes seconds to load."""
    label = "Words that answered each other"
    drawer = CHOICES.drawer(label, "words", ":material/format_ink_highlighter:")
    if not drawer.open:
        return
    view = subject.view
    ask = view.engine.why.words
    asked = view.answers.name_of(ask, view.request, subject.item_id)
    with drawer:
        found: Words | None = streamed(
            asked, lambda p: ask(view.request, subject.item_id, progress=p), "Reading the texts"
        )
        if found is None:
            return
        st.markdown(f"**{plain(view.engine.telling.answer(found, told.language()))}**")
        cut = " The text is longer than what the encoder reads." if found.cut else ""
        draw_words(
            view, found, f"words_{subject.item_id}", "Pairs of words that answered each other",
            f"{_MEANING} {_passed_over(found)}{cut}",
        )  # fmt: skip


def _passed_over(found: Words) -> str:
    """How many words were not compared, and why."""
    passed = int((~found.text["compared"]).sum())
    if not passed:
        return ""
    return (
        f"Grey: {count(passed, 'word')} of {len(found.text)} that only hold sentences together, or "
        "stand in very many titles; they are not compared."
    )


def draw_words(view: View, found: Words, name: str, what: str, meaning: str) -> None:
    """The marked text, to be saved as a picture, the strongest words as bars, and the numbers."""
    marked = draw_marked(view, found, name, meaning)
    st.caption(meaning)
    if found.evidence:
        parts.picture(view, charts.words_bars(found, view.palette), f"why_{name}", found.sentence,
                      found.trust)  # fmt: skip
    parts.evidence(view, found, name, what, f"Numbers: {what.lower()}", marked)
