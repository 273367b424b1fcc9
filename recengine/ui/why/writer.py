"""Who rewords what was told: nobody, unless a language model is named and asked.

The name is in the address; a link alone loads nothing, somebody has to ask on the page.
"""

import streamlit as st

from recengine.engine.telling.results import GENERATED, Rewritten, Told
from recengine.errors import RecEngineError
from recengine.ui.address import WRITER
from recengine.ui.background import streamed
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why.subject import CHOICES

_ASKED = "why_reworded"  # (writer, text) that somebody asked to have reworded
_HELP = """
A small language model on this computer rewords the sentences. It is fetched and loaded when you
ask, which takes from some seconds to minutes; what it writes is shown only if every name and number
in it was given. Choose one, or type the name of any other on the model hub, or a folder.
"""


def choose(view: View) -> str:
    """The control; the empty string as long as nobody is chosen."""
    options = {"": "Nobody", **{name: name for name in view.engine.telling.writers}}
    return CHOICES.open_menu("Reworded by", WRITER, options, help_text=_HELP, width=260)


def offer(view: View, told: Told, writer: str, key: str) -> Rewritten | None:
    """What was written of a text before; a button to ask for it if somebody is to write."""
    if not writer:
        return None
    telling, ask = view.engine.telling, (writer, told.text)
    before = telling.kept_rewriting(told, writer)
    if told.language == "en" and before is None and ask not in _asked():
        st.button(
            "Say it in other words",
            icon=":material/ink_pen:",
            type="tertiary",
            key=key,
            on_click=_asked().add,
            args=(ask,),
            help=plain(f"Asks {writer}. {telling.writer_quality(writer)}"),
        )
    return before


def draw(view: View, told: Told, writer: str, before: Rewritten | None) -> None:
    """What the writer made of a text, or how far it is, or why it cannot."""
    if writer and told.language != "en":
        st.caption("只有英文句子可以改写。")
        return
    found, ask = before, (writer, told.text)
    if found is None and ask in _asked():
        telling, work = view.engine.telling, (view.answers.serial, "reword", *ask)
        try:
            found = streamed(work, lambda p: telling.rewrite(told, p, writer), "Rewording")
        except RecEngineError as error:
            _asked().discard(ask)
            st.warning(plain(error), title="It cannot write", icon=":material/block:")
    if found is not None:
        _draw_found(found)


def _asked() -> set[tuple[str, str]]:
    asked: set[tuple[str, str]] = st.session_state.setdefault(_ASKED, set())
    return asked


def _draw_found(found: Rewritten) -> None:
    if found.text:
        st.markdown(f"> {plain(found.text)} :violet-badge[{GENERATED}]")
        st.caption(f"By {plain(found.model)}; every name and number in it was given to it.")
    else:
        st.caption(
            f":material/block: What {plain(found.model)} wrote is not shown: {plain(found.reason)}"
        )
