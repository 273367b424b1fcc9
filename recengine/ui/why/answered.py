"""Words of the item's text and of the history's titles that answered each other, highlighted."""

import pandas as pd
import streamlit as st

from recengine.engine.why.results import Words
from recengine.ui import widgets
from recengine.ui.background import streamed
from recengine.ui.charts import answered as charts
from recengine.ui.text import count, markup, plain
from recengine.ui.why import parts
from recengine.ui.why.export import html_page
from recengine.ui.why.subject import CHOICES, Subject

_PAIRS = {
    "item_word": "Word of the item",
    "history_word": "Answered by",
    "title": "In",
    "step": "Event",
    "cosine": "Cosine",
}
_MOST_WORDS = 400  # of a long text that are drawn


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
        st.markdown(f"**{plain(found.sentence)}**")
        marked = _marked(found)
        st.html(marked)
        cut = " The text is longer than what the encoder reads." if found.cut else ""
        st.caption(
            "The darker a word, the nearer the text encoder sees it to some word of the history's "
            "titles. It says what the encoder compared, not what the ranker decided by. "
            f"{_passed_over(found)}{cut}"
        )
        if len(found.pairs):
            picture = charts.answered_bars(found.pairs, view.palette)
            parts.picture(view, picture, f"why_words_{subject.item_id}", found.sentence)
    _draw_pairs(subject, found, marked)


def _draw_pairs(subject: Subject, found: Words, marked: str) -> None:
    """The pairs as a table; the page that can be downloaded holds the marked text as well."""
    what = "Pairs of words that answered each other"

    def as_page(shown: pd.DataFrame) -> str:
        return html_page(subject.view, what, found.sentence, shown, marked=marked)

    name = f"words_{subject.item_id}"
    widgets.numbers(found.pairs, name, _PAIRS, what, f"Numbers: {what.lower()}", as_page)


def _passed_over(found: Words) -> str:
    """How many words were not compared, and why."""
    passed = int((~found.item_words["compared"]).sum())
    return (
        f"Grey: {count(passed, 'word')} of {len(found.item_words)} that only hold sentences "
        "together, or stand in very many titles; they are not compared."
    )


def _marked(found: Words) -> str:
    """The item's words in their order, each as strong as its answer."""
    most = float(found.item_words["weight"].max() or 1.0)
    answers = dict(
        zip(found.pairs["position"], zip(found.pairs["history_word"], found.pairs["title"],
                                         strict=True), strict=True)
    )  # fmt: skip
    words = []
    for row in found.item_words.head(_MOST_WORDS).itertuples():
        word = markup(row.word)
        if row.weight <= 0:
            words.append(word if row.compared else f'<span class="re-passed">{word}</span>')
            continue
        reply = answers.get(row.position)
        said = f' title="{markup(reply[0])} in {markup(reply[1])}"' if reply else ""
        strength = 0.65 * float(row.weight) / most
        words.append(f'<mark style="--strength:{strength:.0%}"{said}>{word}</mark>')
    more = " …" if len(found.item_words) > _MOST_WORDS else ""
    return f'<p class="re-marked">{" ".join(words)}{more}</p>'
