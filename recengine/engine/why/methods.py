"""Which method answers a question of why, and the question as the methods take it."""

import numpy as np

from recengine.data.progress import Progress, silent
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.results import TRUSTED
from recengine.engine.why.trust import trust_of
from recengine.errors import ConfigError, UnknownNameError
from recengine.explanations import METHODS, Method, Question, methods_for
from recengine.explanations.attribution import LOOKS
from recengine.explanations.token_attention import reads_texts
from recengine.models import MODELS
from recengine.models.base import Attentive, Ranker
from recengine.models.din import DIN


def chosen_method(state: State, ranker: str, name: str, *, patient: bool = False) -> Method:
    """A method by name; an empty one means the first quick one that passed its test, if any.

    Who is `patient` gets a slow one that passed rather than a quick one that did not. Where the
    model looked is never taken for a reason before it passed.

    Raises:
        UnknownNameError: no such method.
        ConfigError: it does not apply to this ranker.
    """
    applying = methods_for(state.ranker(ranker))
    if name:
        if name not in METHODS:
            raise UnknownNameError("method of explanation", name, METHODS)
        if METHODS[name] not in applying:
            raise ConfigError(
                f"The method {name!r} does not apply to the ranker {ranker!r}. Choose one of "
                f"{', '.join(method.name for method in applying)}, or another ranker."
            )
        return METHODS[name]
    reasons = [method for method in applying if method.unit != LOOKS]
    quick = [method for method in reasons if not method.slow] or reasons
    tried = [*quick, *applying] if patient else quick
    passed = (each for each in tried if trust_of(state, ranker, each).verdict == TRUSTED)
    return next(passed, quick[0])


def require_quick(ranker: Ranker) -> None:
    """Refuse to ask a ranker many times that takes seconds each time.

    Raises:
        ConfigError: it is such a one.
    """
    if ranker.slow:
        raise ConfigError(
            f"{ranker.label} reads the texts again for every change, which would take minutes. "
            "Choose another ranker to ask what would change."
        )


def question_of(
    state: State, answer: Answer, item_id: str, progress: Progress = silent
) -> Question:
    """Why does an item have its score in this answer?"""
    return Question(
        ranker=state.ranker(answer.request.ranker),
        history=answer.history,
        item=state.dataset.item_index(item_id),
        candidates=answer.candidates,
        known=answer.parts,
        progress=progress,
    )


def competing(state: State, answer: Answer, item_id: str) -> int:
    """Index of an item that competes for a place.

    Raises:
        ConfigError: the person has seen it already.
    """
    item = state.dataset.item_index(item_id)
    if not answer.candidates[item]:
        raise ConfigError(
            f"{state.title(item)!r} is already in this person's history, so it is not "
            f"recommended again and has no place to explain. Choose an item not seen yet."
        )
    return item


def events_of(answer: Answer) -> np.ndarray:
    """Item indices of the events that were read, oldest first.

    Raises:
        ConfigError: there are none.
    """
    length = int(answer.history.lengths[0])
    if length == 0:
        raise ConfigError(
            f"Person {answer.request.user_id!r} has no events yet, so nothing that was done can "
            f"explain a recommendation. Choose somebody with a history."
        )
    return answer.history.items[0, :length].numpy()


def attentive(state: State, name: str) -> Attentive:
    """A ranker that reads by attention.

    Raises:
        ConfigError: it does not.
    """
    ranker = state.ranker(name)
    if isinstance(ranker, Attentive):
        return ranker
    able = [each for each in state.rankers if issubclass(MODELS[each], Attentive)]
    cure = (
        f"Choose the ranker {able[0]!r}"
        if able
        else f"The ranker 'unified' does. Train it first: recengine train {state.dataset.name}"
    )
    if isinstance(ranker, DIN):
        raise ConfigError(
            "DIN weighs the events anew for each item and has no layers of attention between them. "
            "Its weights for an item: recengine explain --attention --json, or `engine.why.inside`."
        )
    if reads_texts(ranker):
        raise ConfigError(
            f"{ranker.label} attends to words, not to events. Ask for them: recengine explain "
            "--words, or `engine.why.words`; added up by event: --method attention or rollout."
        )
    others = ", ".join(method.name for method in methods_for(ranker))
    raise ConfigError(
        f"The ranker {name!r} does not read by attention, so there is none to show. {cure}, or ask "
        f"for reasons by another method ({others})."
    )
