"""The controls of the frame: which data, who, which moment, which ranker.

Every control owns one key of the session state (`KEY` + its name in the address). A value that
arrives by the address is checked, put into its control, or answered with one calm note.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from recengine.data.features import Feature
from recengine.engine.results import Story
from recengine.errors import UnknownNameError
from recengine.types import UNKNOWN, Request
from recengine.ui import address, edits, resources, told
from recengine.ui.text import plain
from recengine.ui.view import Answers

KEY = "choice_"
MAX_PILLS = 8  # a longer list of values is a menu
_MOMENT_OF = "moment_of"  # for whom the moment was last set
_SEED = "random_seed"
_FORGET = "forget_person"

Note = Callable[[str], None]


def choose_data(asked: Mapping[str, str], note: Note) -> str:
    """The dataset, by its name in the address."""
    names = list(resources.offered())
    _settle(address.DATA, asked.get(address.DATA), names, names[0], "dataset", note)
    with st.sidebar:
        return st.selectbox(
            "Data",
            names,
            format_func=resources.title,
            key=KEY + address.DATA,
            on_change=_new_data,
            help="What is loaded: a log of who did what and when, and a catalogue.",
        )


def choose_person(answers: Answers, asked: Mapping[str, str], note: Note) -> str:
    """The person, by outside id."""
    dataset = answers.engine.dataset
    labels = resources.person_labels(answers.serial, answers)
    key = KEY + address.USER
    if st.session_state.pop(_FORGET, False):  # before the control is there, or it would keep them
        st.session_state.pop(key, None)
    wanted = asked.get(address.USER) or st.session_state.get(key)
    if wanted is None or not _known_person(answers, wanted, note):
        wanted = _first_person(answers)
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted
    with st.sidebar:
        user_id = st.selectbox(
            "Person",
            labels,
            format_func=lambda user_id: labels.get(user_id, user_id),
            key=key,
            on_change=address.changed_by_hand,
            accept_new_options=True,
            help=f"{dataset.num_users:,} people. Type an id, an occupation, an age.",
        )
        with st.container(horizontal=True, gap="small"):
            _stories_menu(answers)
            st.button(
                "Anyone",
                icon=":material/casino:",
                help="A person picked at random.",
                on_click=_meet_anyone,
                args=(answers,),
                width="stretch",
            )
    return str(user_id)


def choose_moment(
    answers: Answers, user_id: str, asked: Mapping[str, str], note: Note
) -> dict[str, str]:
    """Values of the context features; a feature that is left open is absent."""
    features = answers.engine.dataset.context_features
    if not features:
        return {}
    latest = answers.engine.latest_context(user_id)
    owner = (answers.serial, user_id)
    if st.session_state.get(_MOMENT_OF) != owner:
        st.session_state[_MOMENT_OF] = owner
        _set_moment(features, latest)
    for feature in features:
        value = asked.get(address.name_of(feature))
        if value is not None:
            key, legal = KEY + address.name_of(feature), (*feature.values, UNKNOWN)
            if value in legal:
                st.session_state[key] = None if value == UNKNOWN else value
            else:
                _note_unknown(note, feature.label.lower(), value, legal, st.session_state.get(key))
    with st.sidebar, st.container(key="moment", gap="small"):
        for feature in features:
            _moment_control(feature)
        st.button(
            "Back to their last moment",
            icon=":material/history:",
            type="tertiary",
            on_click=_back_to_last_moment,
            args=(features, latest),
            disabled=_chosen(features) == latest,
            help="The day and time of this person's most recent event.",
        )
    return _chosen(features)


def choose_ranker(answers: Answers, asked: Mapping[str, str], note: Note) -> str:
    """The ranker, by name."""
    engine = answers.engine
    measured = _measured(answers)
    names = rankers_best_first(answers)
    wanted = asked.get(address.RANKER)
    labels = engine.ranker_labels
    _settle(address.RANKER, wanted, names, engine.default_ranker, "ranker", note)
    with st.sidebar:
        return st.selectbox(
            "Ranker",
            names,
            format_func=lambda name: _ranker_label(labels[name], measured.get(name)),
            key=KEY + address.RANKER,
            on_change=address.changed_by_hand,
            help="The model that puts the catalogue in order, best first. The number, where it was "
            "measured: of 100 people, how many find their next choice among its first ten.",
        )


def rankers_best_first(answers: Answers) -> list[str]:
    """The rankers that are ready: the measured ones by what was measured, then the others."""
    measured = _measured(answers)
    return sorted(answers.engine.ranker_names, key=lambda name: -measured.get(name, -1.0))


def _measured(answers: Answers) -> dict[str, float]:
    """Share of people served among ten, by measured ranker."""
    table = answers.quality().table
    hits = table[table["metric"] == "hr@10"]
    return dict(zip(hits["ranker"], hits["value"].astype(float), strict=True))


def _ranker_label(label: str, hits: float | None) -> str:
    return label if hits is None else f"{label} · {100 * hits:.0f} of 100"


def story_label(story: Story) -> str:
    """A story's title with its person, since several people may have the same story."""
    return f"{plain(story.title)} · person {plain(story.user_id)}"


def meet(user_id: str, context: Mapping[str, str], answers: Answers) -> None:
    """Callback: make somebody the person on show, in a given moment if there is one."""
    st.session_state[KEY + address.USER] = user_id
    address.changed_by_hand()
    if context:
        st.session_state[_MOMENT_OF] = (answers.serial, user_id)
        _set_moment(answers.engine.dataset.context_features, context)


def show_request(request: Request, answers: Answers) -> None:
    """Callback: put a whole request (a pinned one) back on show."""
    meet(request.user_id, request.context, answers)
    st.session_state[KEY + address.RANKER] = request.ranker
    told.put(answers.serial, request.user_id, request.feedback)
    edits.put(answers.serial, request.user_id, edits.Edits(request.without, request.muted))


def forget_person() -> None:
    """Let go of who is on show; the next run meets somebody else."""
    st.session_state[_FORGET] = True


def spoken_value(value: str) -> str:
    """A value of a feature as people say it: "Sat", "Evening"."""
    short = value[:3] if value.endswith("day") and len(value) > 5 else value
    return short[:1].upper() + short[1:].replace("_", " ")


def _settle(
    name: str, asked: str | None, legal: list[str], default: str, kind: str, note: Note
) -> None:
    key = KEY + name
    present = st.session_state.get(key)
    fallback = present if present in legal else default
    if asked is not None and asked not in legal:
        _note_unknown(note, kind, asked, legal, fallback)
    chosen = asked if asked in legal else fallback
    if chosen != present:
        st.session_state[key] = chosen


def _note_unknown(note: Note, kind: str, asked: str, legal: object, used: str | None) -> None:
    error = UnknownNameError(kind, asked, legal)  # type: ignore[arg-type]
    note(f"{plain(error)} Shown instead: {plain(used or 'left open')}.")


def _known_person(answers: Answers, user_id: str, note: Note) -> bool:
    try:
        answers.engine.dataset.user_index(user_id)
    except UnknownNameError as error:
        note(f"{plain(error)} Shown instead: {plain(_first_person(answers))}.")
        return False
    return True


def _first_person(answers: Answers) -> str:
    stories = answers.stories()
    return stories[0].user_id if stories else answers.engine.random_user(0)


def _new_data() -> None:
    """Another dataset: whoever and whatever was on show does not exist there."""
    address.changed_by_hand()
    for key in [key for key in st.session_state if str(key).startswith(KEY)]:
        if key != KEY + address.DATA:
            del st.session_state[key]


def _stories_menu(answers: Answers) -> None:
    stories = answers.stories()
    st.menu_button(
        "Stories",
        [story_label(story) for story in stories],
        icon=":material/auto_stories:",
        key="menu_stories",
        on_click=_meet_from_menu,
        args=(answers,),
        disabled=not stories,
        help="People worth meeting, found in the data.",
        width="stretch",
    )


def _meet_from_menu(answers: Answers) -> None:
    chosen = st.session_state["menu_stories"]
    for story in answers.stories():
        if story_label(story) == chosen:
            meet(story.user_id, story.context, answers)


def _meet_anyone(answers: Answers) -> None:
    st.session_state[_SEED] = st.session_state.get(_SEED, 0) + 1
    meet(answers.engine.random_user(st.session_state[_SEED]), {}, answers)


def _moment_control(feature: Feature) -> None:
    key = KEY + address.name_of(feature)
    st.session_state.setdefault(key, None)
    if len(feature.values) > MAX_PILLS:
        st.selectbox(
            feature.label,
            feature.values,
            format_func=spoken_value,
            index=None,
            key=key,
            placeholder="Left open",
            on_change=address.changed_by_hand,
        )
    else:
        st.pills(
            feature.label,
            feature.values,
            format_func=spoken_value,
            key=key,
            on_change=address.changed_by_hand,
            wrap=True,
        )


def _chosen(features: tuple[Feature, ...]) -> dict[str, str]:
    values = {f.name: st.session_state.get(KEY + address.name_of(f)) for f in features}
    return {name: value for name, value in values.items() if value}


def _set_moment(features: tuple[Feature, ...], context: Mapping[str, str]) -> None:
    for feature in features:
        st.session_state[KEY + address.name_of(feature)] = context.get(feature.name)


def _back_to_last_moment(features: tuple[Feature, ...], latest: Mapping[str, str]) -> None:
    address.changed_by_hand()
    _set_moment(features, latest)
