"""Occlusion: what the score loses when one piece of the request is taken away.

The whole ranker scores every shorter request again, interest included. Pieces that stand in for
each other hide each other's weight, so the losses do not add up to the score.

Paper: Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014,
arXiv:1311.2901 (for images). Differs: an event that is left out closes up instead of being greyed.
"""

import torch

from recengine.explanations.attribution import Attribution, Method, Question, reads_history
from recengine.explanations.whatif import Variant, ranks_of_variants
from recengine.models.base import Ranker
from recengine.types import UNKNOWN_CODE


def _applies(ranker: Ranker) -> bool:
    return reads_history(type(ranker))


def _attribute(question: Question) -> Attribution:
    history = question.history
    context = (history.request[0] != UNKNOWN_CODE).nonzero()[:, 0].tolist()
    profile = (history.profile[0] != UNKNOWN_CODE).nonzero()[:, 0].tolist()
    variants = [
        *(Variant(event=place) for place in range(question.num_events)),
        *(Variant(feature=index) for index in context),
        *(Variant(profile=index) for index in profile),
    ]
    _, scores = ranks_of_variants(
        question.ranker,
        history,
        variants,
        question.item,
        question.candidates,
        progress=question.progress,
    )
    lost = scores[0] - scores[1:]
    of_event, of_context, of_profile = lost.split([question.num_events, len(context), len(profile)])
    events = torch.zeros(history.items.shape[1])
    events[: question.num_events] = of_event
    moment = torch.zeros(history.request.shape[1])
    moment[context] = of_context
    person = torch.zeros(history.profile.shape[1])
    person[profile] = of_profile
    return Attribution(events, moment, person)


OCCLUSION = Method(
    name="occlusion",
    label="leaving one out",
    meaning="What the score loses when one event or fact is taken away and the ranker runs again.",
    applies=_applies,
    attribute=_attribute,
    kinds=("event", "context", "profile"),
    slow=True,
)
