"""What every method of explanation is asked, and what it answers.

A method weighs the pieces of one request (each event, each known feature of the moment and of the
person) by how much they speak for one item. Adding a method: one file with one `Method`, and its
name in the list in `recengine/explanations/__init__.py`.

Axes: vocab = 1 + num_items, length = events oldest first, context / profile = features.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.progress import Progress, silent
from recengine.explanations.contributions import ScoreParts, split_scores
from recengine.models.base import FoldsIn, Ranker, WeightedRanker

SCORE = "points of score"
LOOKS = "share of attention"


@dataclass(frozen=True)
class Question:
    """Why does one item have its score in one request?

    Attributes:
        ranker: who scored.
        history: exactly one.
        item: its index.
        candidates: the items that compete; scores are relative to their mean.
        known: the exact split of this request's scores, centred, if somebody has it already.
        progress: told by slow methods how many changed requests were scored.
    """

    ranker: Ranker
    history: Histories
    item: int
    candidates: Bool[Tensor, " vocab"]
    known: ScoreParts | None = None
    progress: Progress = silent

    @property
    def parts(self) -> ScoreParts:
        """The exact split, relative to the mean over the candidates."""
        return self.known or split_scores(self.ranker, self.history).centred(self.candidates)

    @property
    def added(self) -> Float[Tensor, " vocab"] | None:
        """What this session's feedback adds to every item, whatever is changed in the request."""
        return None if self.known is None else self.known.feedback.sum(dim=0)

    @property
    def num_events(self) -> int:
        """How many events were read."""
        return int(self.history.lengths[0])


@dataclass(frozen=True)
class Attribution:
    """How much each piece of a request speaks for an item.

    Attributes:
        events, context, profile: a signed weight per piece.
        rest: what belongs to no single piece, by kind of evidence ("taste", "popularity",
            "average").
    """

    events: Float[Tensor, " length"]
    context: Float[Tensor, " context"]
    profile: Float[Tensor, " profile"]
    rest: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """All weights together."""
        pieces = (self.events, self.context, self.profile)
        return float(sum(piece.sum() for piece in pieces)) + sum(self.rest.values())


@dataclass(frozen=True, kw_only=True)
class Method:
    """One way to explain.

    Attributes:
        name: how commands and addresses call it.
        label: how people call it.
        meaning: what its weights say, in one sentence.
        applies: whether it can explain what a ranker does.
        attribute: answers a question of a ranker to which it applies.
        unit: what the weights are measured in.
        adds_up: whether they sum to the score.
        signed: whether they can speak against an item.
        kinds: kinds of evidence that it weighs.
        slow: whether it takes longer than a click should.
    """

    name: str
    label: str
    meaning: str
    applies: Callable[[Ranker], bool]
    attribute: Callable[[Question], Attribution]
    unit: str = SCORE
    adds_up: bool = False
    signed: bool = True
    kinds: tuple[str, ...] = ("event",)
    slow: bool = False


def reads_history(model: type[Ranker]) -> bool:
    """Whether the events of a history move the scores of a ranker, so that they can explain them.

    Not if it scores everybody alike, or by a vector learnt in training and none else.
    """
    stored = issubclass(model, WeightedRanker) and model.per_user and not issubclass(model, FoldsIn)
    return model.personal and not stored


def of_events(
    question: Question, weights: Float[Tensor, " length"], rest: Mapping[str, float] | None = None
) -> Attribution:
    """Weights of events alone; features have none."""
    return Attribution(
        events=weights,
        context=torch.zeros(question.history.request.shape[1]),
        profile=torch.zeros(question.history.profile.shape[1]),
        rest=rest or {},
    )
