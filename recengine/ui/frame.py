"""What surrounds every page: the controls, the person on show, the address, and calm failure.

`app.py` calls `draw` and then runs the page inside `calm_errors`; every page begins with
`view = frame.open_page("its name")`. `go` leads from one page to another with the question kept.
"""

from pathlib import Path

import streamlit as st

from recengine.errors import RecEngineError
from recengine.types import UNKNOWN, Request
from recengine.ui import actions, address, edits, resources, sidebar, states, strip, theme, told
from recengine.ui.states import calm_errors
from recengine.ui.view import Answers, View

__all__ = ["calm_errors", "draw", "focus", "go", "open_page"]

_VIEW = "frame_view"
_ITEM = "frame_item"
_GOING = "frame_going"
_SWITCHES = "timeline"  # has a view to switch things off in, and reminds of it in the others


def draw(logo: Path, page: str) -> None:
    """Draw the frame and leave a View for the page that runs next.

    Args:
        logo: SVG whose `color` is replaced by the text colour of the mode on show.
        page: the page that runs next, by its name in the address.
    """
    _go_on()
    st.html(f"<style>{theme.css_variables()}{theme.stylesheet()}</style>")
    st.logo(logo.read_text("utf-8").replace("#1B1F2A", theme.palette().text), size="large")
    notes: list[str] = []
    asked = address.arriving()
    name = sidebar.choose_data(asked, notes.append)
    answers = _open(name)
    with calm_errors():
        view = _view(name, page, answers, asked, notes)
        actions.draw(view)
        strip.draw(view)
        if page != _SWITCHES:
            edits.remind(view)
        for note in notes:
            st.warning(note, icon=":material/link_off:")
        st.session_state[_VIEW] = view
        return
    st.stop()  # there is no view to run a page with


def open_page(name: str) -> View:
    """The View for the page of that name (its file, without .py).

    On a server that has just started, Streamlit serves the address of a file in `pages/` without
    `app.py`. Then there is no View: one call of `st.navigation` ends that mode for good, and the
    run starts over with the same address.
    """
    view = st.session_state.pop(_VIEW, None)
    if view is None:
        home = st.Page(_nothing, title="recengine", url_path="home", default=True)
        here = st.Page(_nothing, title="recengine", url_path=name)
        st.navigation([home, here], position="hidden")
        st.rerun()
    return view


def go(page: str, **choices: str) -> None:
    """Lead to another page with the question kept; `item="12"` puts an item in focus.

    Works in callbacks, fragments and pages alike: the run ends here, the next one moves on.
    """
    if address.ITEM in choices:
        st.session_state[_ITEM] = choices[address.ITEM]
    st.session_state[_GOING] = page
    st.rerun()


def _go_on() -> None:
    page = st.session_state.pop(_GOING, None)
    if page is not None:
        st.session_state.pop(_VIEW, None)
        st.switch_page(f"pages/{page}.py", query_params=address.written())


def focus(item_id: str) -> None:
    """Put an item in focus (an empty id: none) and into the address, without leaving the page."""
    st.session_state[_ITEM] = item_id
    address.write({**address.written(), address.ITEM: item_id})


def _open(name: str) -> Answers:
    """The engine's answers; a run that would have to wait ends here, and begins anew later."""
    work, title = resources.opening(name), resources.title(name)
    try:
        answers = work.answers(resources.QUICK_SECONDS)
    except RecEngineError as error:
        states.not_opened(title, error, lambda: resources.forget(name))
        st.stop()
    if answers is None:
        st.sidebar.skeleton(height=420)
        states.opening(title, work)
        st.stop()
    return answers


def _view(name: str, page: str, answers: Answers, asked: dict[str, str], notes: list[str]) -> View:
    engine = answers.engine
    user_id = sidebar.choose_person(answers, asked, notes.append)
    context = sidebar.choose_moment(answers, user_id, asked, notes.append)
    ranker = sidebar.choose_ranker(answers, asked, notes.append)
    said = told.settle(answers, user_id, asked, notes.append)
    switched = edits.settle(answers, user_id, asked, notes.append)
    request = Request(
        user_id=user_id,
        context=context,
        ranker=ranker,
        feedback=said,
        without=switched.without,
        muted=switched.muted,
    )
    if address.USER in asked:  # a whole address: what it does not name is not in focus
        st.session_state[_ITEM] = asked.get(address.ITEM, "")
    features = engine.dataset.context_features
    address.write(
        {
            address.DATA: name,
            address.USER: user_id,
            **{address.name_of(f): context.get(f.name, UNKNOWN) for f in features},
            address.RANKER: ranker,
            address.ITEM: st.session_state.get(_ITEM, ""),
            address.TOLD: told.spelled(said),
            **switched.spelled(),
            **address.keep(page, asked),
        }
    )
    colours = theme.palette()
    with st.skeleton(height=72):  # a ranker is loaded when it is first chosen
        person = answers.person(user_id, ranker)
    return View(
        answers=answers,
        dataset=engine.dataset,
        request=request,
        person=person,
        palette=colours,
        categories=theme.category_colours(engine.dataset.categories, colours),
        dynamic=engine.dynamic(ranker),
        item=st.session_state.get(_ITEM, ""),
        pinned=actions.pinned(answers.serial),
    )


def _nothing() -> None:
    """A page that is only needed for its address."""
