"""What a method has to beat: chance, and naming simply the last events.

Recency is the control that matters: rankers of sequences lean on the last events, so naming them
is right surprisingly often without looking at the ranker at all.
"""

import torch

from recengine.explanations.attribution import (
    Attribution,
    Method,
    Question,
    of_events,
    reads_history,
)
from recengine.models.base import Ranker


def _applies(ranker: Ranker) -> bool:
    return reads_history(type(ranker))


def _random(question: Question) -> Attribution:
    items = question.history.items[0].tolist()
    generator = torch.Generator().manual_seed(hash((question.item, *items)) % 2**31)
    return of_events(question, torch.rand(len(items), generator=generator))


def _recency(question: Question) -> Attribution:
    history = question.history
    return of_events(question, history.real[0] / (1 + history.ages[0]))


RANDOM = Method(
    name="random",
    label="random order (control)",
    meaning="Chance.",
    applies=_applies,
    attribute=_random,
    signed=False,
)

RECENCY = Method(
    name="recency",
    label="last events first (control)",
    meaning="The last events, whatever they are.",
    applies=_applies,
    attribute=_recency,
    signed=False,
)

CONTROLS: dict[str, Method] = {method.name: method for method in (RANDOM, RECENCY)}
