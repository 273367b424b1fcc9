"""What the model looked at: attention from the position that is scored to the events.

Attention says where information was read, not how much it mattered; it is shown as such. Two ways
to sum it up stand here: the last layer alone, and rollout over all layers. Of a language model that
reads history and item as one text, the words of each event's title count together.

Paper: Abnar & Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020, arXiv:2005.00928.

Axes: layer, head, length = events; a ranker may have further positions behind them.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.explanations.attribution import LOOKS, Attribution, Method, Question, of_events
from recengine.explanations.token_attention import reads_texts, segments_read
from recengine.models.base import Attentive, Ranker
from recengine.models.watch import Watch, rollout


def attends(ranker: Ranker) -> bool:
    """Whether a ranker reads its history by attention."""
    return isinstance(ranker, Attentive)


def looks(ranker: Ranker) -> bool:
    """Whether there is any attention to sum up."""
    return attends(ranker) or reads_texts(ranker)


@torch.no_grad()
def watched(ranker: Attentive, history: Histories) -> Watch:
    """Attention and states of all layers while a ranker reads one history."""
    watch = Watch()
    chosen = F.embedding(history.items, ranker.item_table())
    ranker.score_events(chosen, history, torch.ones(1, dtype=torch.long), watch)
    return watch


def last_event_attention(
    ranker: Attentive, history: Histories
) -> Float[Tensor, "layer head length"]:
    """Weights over the positions of one history, of the position that is scored.

    Each (layer, head) sums to 1 over the events and, if it is none of them, that position.
    """
    asked = int(ranker.asked(history)[0])
    weights = [each[0, :, asked] for each in watched(ranker, history).weights]
    return torch.stack(weights)


def _attention(question: Question) -> Attribution:
    if reads_texts(question.ranker):
        return segments_read(question, through=False)
    assert isinstance(question.ranker, Attentive)
    layers = last_event_attention(question.ranker, question.history)
    return of_events(question, _events(layers[-1].mean(dim=0), question))


def _rollout(question: Question) -> Attribution:
    if reads_texts(question.ranker):
        return segments_read(question, through=True)
    assert isinstance(question.ranker, Attentive)
    asked = int(question.ranker.asked(question.history)[0])
    weights = watched(question.ranker, question.history).weights
    reached = rollout(layer[0] for layer in weights)[asked]
    return of_events(question, _events(reached, question))


def _events(weights: Float[Tensor, " position"], question: Question) -> Float[Tensor, " length"]:
    """The weights of the events alone, padding 0."""
    return weights[: question.history.items.shape[1]] * question.history.real[0]


ATTENTION = Method(
    name="attention",
    label="attention, last layer",
    meaning="Where the model's last layer looked; looking is not yet a reason.",
    applies=looks,
    attribute=_attention,
    unit=LOOKS,
    signed=False,
)

ROLLOUT = Method(
    name="rollout",
    label="attention rollout",
    meaning="Where the model looked, followed through all of its layers.",
    applies=looks,
    attribute=_rollout,
    unit=LOOKS,
    signed=False,
)
