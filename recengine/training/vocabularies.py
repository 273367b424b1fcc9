"""What a ranker knows of the data's vocabularies, and where it finds them in other data.

A log that grows gets new weathers, devices and kinds of event. A ranker has a row of weights for
each value that it met; here it is told which of its rows belongs to each value of the data at hand.
What it never met has no row: it counts as unknown.

Axes: code = codes of one feature in the data at hand, the unknown one first.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from recengine.data.dataset import Dataset
from recengine.data.features import Feature
from recengine.models.base import WeightedRanker
from recengine.types import UNKNOWN_CODE

NO_ROW = -1


def vocabularies(dataset: Dataset) -> dict[str, Any]:
    """Everything that codes stand for, as it is kept with a ranker."""
    features = (*dataset.context_features, *dataset.profile_features)
    return {
        "event kinds": list(dataset.event_kinds),
        "value codes": dataset.num_value_codes,
        "context": {f.name: list(f.values) for f in dataset.context_features},
        "profile": {f.name: list(f.values) for f in dataset.profile_features},
        "edges": {f.name: list(f.edges) for f in features if f.edges},
    }


def differences(
    kept: Mapping[str, Any], dataset: Dataset, model: type[WeightedRanker]
) -> list[str]:
    """In what data cannot be read by a ranker at all; new values of known features can."""
    ours = vocabularies(dataset)
    return [
        *(
            ["value codes"]
            if model.per_value and ours["value codes"] != kept["value codes"]
            else []
        ),
        *(part for part in features_read(dataset, model) if list(ours[part]) != list(kept[part])),
    ]


def features_read(
    dataset: Dataset, model: type[WeightedRanker]
) -> dict[str, tuple[tuple[str, ...], tuple[Feature, ...]]]:
    """Tables of a ranker and the features in them, by part of the vocabularies; what it reads."""
    parts = {
        "context": (model.per_context, dataset.context_features),
        "profile": (model.per_profile, dataset.profile_features),
    }
    return {part: found for part, found in parts.items() if found[0]}


def kind_rows(kept: Mapping[str, Any], dataset: Dataset) -> Int[np.ndarray, " kind"]:
    """The ranker's row of each kind of event."""
    return np.array([_row(kept["event kinds"], kind) for kind in dataset.event_kinds])


def code_rows(
    kept: Mapping[str, Any], part: str, features: tuple[Feature, ...]
) -> list[Int[np.ndarray, " code"]]:
    """The ranker's row of each code of each feature of the moment or of the person.

    Args:
        kept: vocabularies of the ranker.
        part: "context" or "profile".
        features: those of the data at hand.
    """
    edges: Mapping[str, list[float]] = kept.get("edges", {})
    return [
        np.array([UNKNOWN_CODE, *_value_rows(kept[part][f.name], edges.get(f.name, []), f)])
        for f in features
    ]


def _value_rows(values: list[str], edges: list[float], feature: Feature) -> list[int]:
    """Ranges move as a log grows: each is read as the ranker's range that its middle lies in."""
    if edges and feature.edges:
        inner = np.array(feature.edges)
        middles = [-np.inf, *(inner[1:] + inner[:-1]) / 2, np.inf]
        return (1 + np.searchsorted(edges, middles, side="right")).tolist()
    rows = [_row(values, value) for value in feature.values]
    return [NO_ROW if row == NO_ROW else 1 + row for row in rows]


def _row(values: list[str], value: str) -> int:
    return values.index(value) if value in values else NO_ROW


def unseen(
    kept: Mapping[str, Any], dataset: Dataset, model: type[WeightedRanker]
) -> dict[str, tuple[str, ...]]:
    """Values that a ranker would read but never met, by feature."""
    found = {}
    for part, (_, features) in features_read(dataset, model).items():
        for feature, rows in zip(features, code_rows(kept, part, features), strict=True):
            new = [v for v, row in zip(feature.values, rows[1:], strict=True) if row == NO_ROW]
            if new:
                found[feature.name] = tuple(new)
    return found


def taken(
    weights: Float[Tensor, "row *rest"], rows: Int[np.ndarray, " place"]
) -> Float[Tensor, "place *rest"]:
    """Some rows of a ranker's weights, zeros where it has none."""
    found = weights[torch.from_numpy(np.maximum(rows, 0))]
    found[torch.from_numpy(rows == NO_ROW)] = 0
    return found
