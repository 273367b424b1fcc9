"""Which settings of a ranker without epochs are best: tried one by one on validation.

Baselines are tuned on the same questions and by the same figure as the trained rankers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recengine.data.memory import lower, within_memory
from recengine.data.progress import Progress, silent
from recengine.data.splits import Split
from recengine.models.base import (
    FitData,
    Ranker,
    TrainedRanker,
    TunableRanker,
    WeightedRanker,
)
from recengine.training.validation import Validation

VALIDATION_USERS = 2000  # asked of every setting, a fixed random choice


@dataclass(frozen=True)
class Choice:
    """The settings that validated best.

    Attributes:
        config: the settings; None for a ranker that has none to choose.
        ranker: fitted with them, ready to score.
        tried: every setting tried, with its NDCG@10 on validation.
    """

    config: Any
    ranker: Ranker
    tried: tuple[tuple[Any, float], ...]


def best_config(
    model_class: type[Ranker],
    data: FitData,
    split: Split,
    rankers: Mapping[str, Ranker],
    *,
    grid: tuple[Any, ...] = (),
    progress: Progress = silent,
) -> Choice:
    """Fit a ranker with each setting of its grid and keep the one that validates best.

    Args:
        model_class: any but those that are trained by gradient descent.
        data: what may be learnt from.
        split: where `data` comes from, with its validation questions.
        rankers: those that the model builds on, by name.
        grid: the settings to try; those of the model's own grid if left out.
        progress: told after every setting.

    Raises:
        TrainingError: there is too little memory.
    """
    assert not issubclass(model_class, TrainedRanker), f"{model_class.name} is tuned by training"
    grid = grid or getattr(model_class, "grid", ())
    if not issubclass(model_class, TunableRanker) or not grid:
        with within_memory(f"Computing {model_class.label}", lower({})):
            return Choice(None, ready(model_class.fit(data), rankers), ())
    validation = None
    stage = f"Choosing the settings of {model_class.label}"
    tried: list[tuple[Any, float]] = []
    last = best = None
    for config in grid:
        with within_memory(f"Computing {model_class.label}", lower(vars(config))):
            last = model_class.fit(data, config) if last is None else last.refit(data, config)
            made = ready(last, rankers)
            validation = validation or asked_of(made, split, data)
            score = validation(made)
        if best is None or score > max(value for _, value in tried):
            best = last
        tried.append((config, score))
        progress(stage, len(tried), len(grid))
    assert best is not None
    return Choice(best.config, best, tuple(tried))


def asked_of(ranker: Ranker, split: Split, data: FitData) -> Validation:
    """The questions that settings are chosen by, with as much history as a ranker reads."""
    users, length = VALIDATION_USERS, ranker.events_read
    return Validation(split, data.dataset, users=users, max_length=length)


def ready(ranker: Ranker, rankers: Mapping[str, Ranker]) -> Ranker:
    """Complete with those it builds on, and frozen."""
    ranker.build_on({name: rankers[name] for name in ranker.builds_on})
    if isinstance(ranker, WeightedRanker):
        ranker.freeze()
    return ranker
