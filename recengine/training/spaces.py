"""Which settings a search tries: a range around what the recipe says, for every setting known here.

A search asks for the settings that a ranker's config or its trainer has and that `RANGES` names,
so a new ranker with the usual names needs nothing; `OWN` is for one that wants other ranges.
"""

from collections.abc import Callable, Mapping
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

Space = dict[str, BaseDistribution]
Range = Callable[[Any], BaseDistribution]  # from the usual value, which always lies inside


def space_for(ranker: str, usual: Mapping[str, Any]) -> Space:
    """The ranges to search.

    Args:
        ranker: name of the ranker.
        usual: its settings by name, with the values that its recipe gives them.
    """
    ranges = RANGES | OWN.get(ranker, {})
    return {name: ranges[name](usual[name]) for name in ranges if name in usual}


def times(factor: float) -> Range:
    """From the usual value divided by a factor to that value times it, evenly in proportion."""

    def around(usual: float) -> BaseDistribution:
        return FloatDistribution(usual / factor, usual * factor, log=True)

    return around


def whole_times(factor: int) -> Range:
    """The same in whole numbers."""

    def around(usual: int) -> BaseDistribution:
        return IntDistribution(max(1, usual // factor), usual * factor, log=True)

    return around


def half_or_double(usual: int) -> BaseDistribution:
    """The usual value, half and twice that; for widths, which heads must divide."""
    return CategoricalDistribution(sorted({max(1, usual // 2), usual, usual * 2}))


def share(highest: float) -> Range:
    """From 0 to a highest share."""
    return lambda usual: FloatDistribution(0.0, max(highest, usual))


def few(highest: int) -> Range:
    """From 1 to a small number."""
    return lambda usual: IntDistribution(1, max(highest, usual))


RANGES: dict[str, Range] = {
    "learning_rate": times(4.0),
    "weight_decay": share(0.1),
    "batch_size": half_or_double,
    "embedding_dim": half_or_double,
    "hidden_dim": half_or_double,
    "latent_dim": half_or_double,
    "factors": half_or_double,
    "num_blocks": few(4),
    "num_layers": few(4),
    "dropout": share(0.5),
    "id_dropout": share(0.3),
    "context_dropout": share(0.8),
    "l2": times(20.0),
    "regularisation": times(20.0),
    "alpha": times(8.0),
    "kl_weight": times(5.0),
    "rating_weight": times(5.0),
    "decay_events": times(6.0),
    "neighbours": whole_times(4),
    "shrinkage": times(10.0),
}
OWN: dict[str, dict[str, Range]] = {
    "bert4rec": {"mask_share": times(3.0), "last_share": share(0.5)},
    "hybrid": {"weight": share(1.0)},
}
