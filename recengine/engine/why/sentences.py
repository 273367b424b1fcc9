"""An explanation in one sentence, and what has to be said beside it."""

from collections.abc import Sequence

from recengine.engine.results import Evidence
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.wording import listed
from recengine.explanations.attribution import LOOKS, Method
from recengine.explanations.exact import EXACT
from recengine.models.base import FoldsIn

LEARNT = "What training learnt of the person"
HELPS = 0.1  # points of score from which a moment or a verdict is worth a word
HINDERS = -0.3


def sentence_on(
    state: State, answer: Answer, item: int, evidence: Sequence[Evidence], method: Method
) -> str:
    """Where an item stands and why; of one without a place why it scores as it does.

    Args:
        evidence: strongest first.
    """
    rank, title = int(answer.ranks[item]), state.title(item)
    place = f"{title} is number {rank:,}" if rank else f"{title} {absent(state, answer, item)}"
    events = [each.label for each in evidence if each.kind == "event" and each.weight > 0]
    named = listed(list(dict.fromkeys(events))[:2])
    if method.unit == LOOKS:
        return f"{place}; the model looked most at {named}." if named else f"{place}."
    grounds = _grounds(evidence, named)
    against = next((each for each in evidence if each.weight < 0), None)
    why = f"mainly because {listed(grounds)}" if grounds else ""
    why = f", {why}" if rank else f"; it scores as it does {why}"
    but = f"; {against.label} speaks against it" if against and against.weight < HINDERS else ""
    sentence = f"{place}{why if grounds else ''}{but}."
    return sentence if method is EXACT else f"{sentence}{_unnamed(state, answer)}"


def absent(state: State, answer: Answer, item: int) -> str:
    """Why an item has no place, as the rest of a sentence that begins with its title."""
    if chosen_before(state, answer, item):
        return "was already seen, so it has no place in the list"
    return "is kept out of the list, so it has no place"


def chosen_before(state: State, answer: Answer, item: int) -> bool:
    """Whether an item is in the person's history; else other things may keep it out of a list."""
    dataset = state.edited(answer.request).dataset
    span = dataset.log.span(dataset.user_index(answer.request.user_id))
    return bool((dataset.log.items[span] == item).any())


def _grounds(evidence: Sequence[Evidence], named: str) -> list[str]:
    """What speaks for an item, each to be read after "because"; `named` are its events."""
    grounds = []
    strongest = max((each.weight for each in evidence if each.kind == "event"), default=0.0)
    taste = next((each for each in evidence if each.kind == "taste"), None)
    if taste and taste.weight > max(0.0, strongest):
        by_name = taste.label == LEARNT
        grounds.append(f"it fits {LEARNT.lower() if by_name else 'the overall taste'}")
    if named:
        grounds.append(f"of {named}")
    helping = [each.label for each in evidence if each.kind == "context" and each.weight > HELPS]
    if helping:
        grounds.append(f"of the moment ({helping[0].lower()})")
    said = [each.label for each in evidence if each.kind == "feedback" and each.weight > HELPS]
    if said:
        grounds.append(said[0][:1].lower() + said[0][1:])
    return grounds


def remark_on_changes(state: State, answer: Answer, item: int, rank: int) -> str:
    """What to know where the changed requests are not scored as the list was; else empty.

    Args:
        rank: place of the item in the request as it is, scored like the changed ones.
    """
    shown = int(answer.ranks[item])
    if not _by_name(state, answer) or rank == shown:
        return ""
    place = f"number {shown:,} in the list" if shown else "not in the list"
    return (
        f"Changes are tried on the history alone, without what {_label(state, answer)} learnt of "
        f"this person in training; there {state.title(item)} is number {rank:,}, {place}."
    )


def _unnamed(state: State, answer: Answer) -> str:
    """What to add if the events are weighed without what training learnt of the person."""
    if not _by_name(state, answer):
        return ""
    return (
        f" That is weighed on the history alone, without what {_label(state, answer)} learnt of "
        "this person in training."
    )


def _by_name(state: State, answer: Answer) -> bool:
    """Whether the list comes from a vector learnt in training, explanations from the history."""
    ranker = state.ranker(answer.request.ranker)
    return isinstance(ranker, FoldsIn) and int(answer.history.users[0]) >= 0


def _label(state: State, answer: Answer) -> str:
    return state.ranker(answer.request.ranker).label
