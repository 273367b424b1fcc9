"""Exact contributions: the parts that the score is the sum of (see contributions.py)."""

from recengine.explanations.attribution import Attribution, Method, Question, reads_history
from recengine.models.base import EventAdditive, FoldsIn, Ranker
from recengine.models.unified import Unified


def _applies(ranker: Ranker) -> bool:
    """To scores that are sums over pieces of a request, or that ignore the history."""
    sums = isinstance(ranker, Unified | EventAdditive | FoldsIn)
    return sums or not reads_history(type(ranker))


def _attribute(question: Question) -> Attribution:
    parts, item = question.parts, question.item
    return Attribution(
        events=parts.by_event(item),
        context=parts.context[:, item],
        profile=parts.profile[:, item],
        rest={"taste": float(parts.taste[item]), "popularity": float(parts.popularity[item])},
    )


EXACT = Method(
    name="exact",
    label="exact contributions",
    meaning="Parts of the score as the ranker computes it, for the interest as it is.",
    applies=_applies,
    attribute=_attribute,
    adds_up=True,
    kinds=("event", "context", "profile"),
)
