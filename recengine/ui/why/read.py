"""What a language model that reads the texts looked at: by title first, word by word on demand."""

from dataclasses import replace

import streamlit as st

from recengine.engine.results import Explanation
from recengine.engine.why.answers import Words
from recengine.ui.address import READ
from recengine.ui.background import streamed
from recengine.ui.charts import why as charts
from recengine.ui.text import count, plain
from recengine.ui.why import parts, told
from recengine.ui.why.answered import draw_words
from recengine.ui.why.subject import CHOICES, Subject

_WAYS = {"rollout": "Through all layers (rollout)", "attention": "Last layer"}
_MEANING = "Where it looked while it read the item beside the history, not why it decided."
_METHOD = """
The language model reads the moment, the last titles of the history and the item as one text. Shown
is how much the item's own words attend to each part of it, on average over heads; *rollout* follows
that through all layers, in which half of each layer is a word's own state. Marks are what stands
between the texts: models rest their attention there when they look for nothing.
"""
_WORDS = (
    "The darker a word, the more the item's words looked at it: where the model looked, not why it "
    "decided. Punctuation and the marks between the texts are left out."
)


def draw_read(subject: Subject) -> None:
    """The whole answer about a ranker that reads."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="why_read_controls"):
        method = CHOICES.segmented("Whose attention", READ, _WAYS, "rollout")
    found = _asked(subject, method)
    if found is None:
        return
    with subject.headline:
        sentence = subject.view.engine.telling.answer(found, told.language())
        told.answer(subject.view, sentence, "It reads history, moment and item as one text")
    _draw_segments(subject, found)


def offer_read(subject: Subject, readers: tuple[str, ...]) -> None:
    """The same of a ranker that is not the one on show, when somebody wants it."""
    for reader in readers:
        label = subject.view.engine.ranker_labels[reader]
        drawer = CHOICES.drawer(f"{label}: what it looked at", reader, ":material/menu_book:")
        if not drawer.open:
            continue
        asked = replace(subject.view.request, ranker=reader)
        other = replace(subject, view=replace(subject.view, request=asked))
        with drawer:
            method = CHOICES.segmented("Whose attention", READ, _WAYS, "rollout")
            found = _asked(other, method)
            if found is not None:
                st.markdown(f"**{plain(found.sentence)}**")
                _draw_segments(other, found)


def _asked(subject: Subject, method: str) -> Explanation | None:
    """The explanation; None while the language model is being loaded."""
    view = subject.view
    ask, asked = view.engine.why.explain, (view.request, subject.item_id, method)
    return streamed(
        view.answers.name_of(ask, *asked), lambda p: ask(*asked, progress=p), "Reading the texts"
    )


def _draw_segments(subject: Subject, found: Explanation) -> None:
    """One bar per part of what was read, the badge, the numbers, and the words behind them."""
    view, method = subject.view, found.method_name
    read = [one for one in found.evidence if one.weight > 0]
    titles = sum(one.kind == "event" for one in read)
    figure = charts.weights(read, view.palette, percent=True)
    key = f"why_read_{method}_{found.item_id}"
    parts.picture(view, figure, key, found.sentence, found.trust)
    st.caption(
        f"It read {count(titles, 'title')} of the history; events beyond what it reads get nothing."
    )
    parts.badge(found.trust, _MEANING, _METHOD, key="why_badge_read")
    parts.evidence(view, found, f"read_{method}_{found.item_id}", "Attention to each part")
    drawer = CHOICES.drawer("Word by word", "tokens", ":material/format_ink_highlighter:")
    if not drawer.open:
        return
    with drawer:
        ask = view.engine.why.words
        words: Words = view.answers.once(ask, view.request, found.item_id, 0, method)
        st.markdown(f"**{plain(words.sentence)}**")
        name = f"read_words_{method}_{found.item_id}"
        draw_words(view, words, name, "Attention to each word", _WORDS)
