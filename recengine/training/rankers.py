"""Trained rankers on disk: weights and the story of their making in one file each."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.errors import DataError, StorageError
from recengine.models import MODELS
from recengine.models.base import FitData, WeightedRanker
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig, solve_ease
from recengine.training.checkpoint import load_checkpoint, save_checkpoint
from recengine.training.vocabularies import (
    code_rows,
    differences,
    features_read,
    kind_rows,
    taken,
    unseen,
    vocabularies,
)


def save_ranker(
    path: Path, ranker: WeightedRanker, dataset: Dataset, facts: dict[str, Any]
) -> None:
    """Write a ranker with what is needed to use it elsewhere.

    Args:
        path: file to write.
        ranker: trained.
        dataset: what it was trained on, for the names behind its rows.
        facts: how it was made, added to the file.
    """
    everything = facts | {
        "ranker": ranker.name,
        "config": asdict(ranker.config),
        "item_ids": list(dataset.item_ids) if ranker.per_item else [],
        "user_ids": list(dataset.user_ids) if ranker.per_user else [],
        "schema": vocabularies(dataset),
    }
    save_checkpoint(path, dict(ranker.state_dict()), everything)


def load_ranker(path: Path, data: FitData) -> tuple[WeightedRanker, dict[str, Any]]:
    """Read a ranker; items and people that it does not know become cold ones, values unknown.

    Raises:
        StorageError: the file is damaged.
        DataError: it was trained on data with other features or strengths of events, or by another
            version of recengine.
    """
    weights, facts = load_checkpoint(path)
    model_class = MODELS[facts["ranker"]]
    assert issubclass(model_class, WeightedRanker)
    if different := differences(facts["schema"], data.dataset, model_class):
        raise DataError(
            f"{path.name} was trained on data with other {', '.join(different)}. Train it again: "
            f"recengine train {data.dataset.name} --ranker {model_class.name}; "
            f"until then choose another ranker"
        )
    try:
        model = _restored(model_class, weights, facts, data)
    except (KeyError, RuntimeError, TypeError) as error:  # other weights, shapes or settings
        raise DataError(
            f"{path.name} was trained by another version of recengine. "
            f"Train it again: recengine train {data.dataset.name} --ranker {model_class.name}"
        ) from error
    model.unseen = unseen(facts["schema"], data.dataset, model_class)
    model.freeze()
    return model, facts


def _restored(
    model_class: type[WeightedRanker],
    weights: dict[str, Tensor],
    facts: dict[str, Any],
    data: FitData,
) -> WeightedRanker:
    """The ranker with its rows moved to where this dataset has the items and people."""
    item_rows = 1 + data.dataset.item_ids.get_indexer(np.array(facts["item_ids"], dtype=object))
    user_rows = data.dataset.user_ids.get_indexer(np.array(facts["user_ids"], dtype=object))
    places = np.concatenate([[0], np.where(item_rows > 0, item_rows, -1)])
    for name in model_class.per_item:
        weights[name] = _moved(name, weights[name], places, data.vocab)
    for name in model_class.per_user:
        weights[name] = _moved(name, weights[name], user_rows, data.dataset.num_users)
    _find_values(model_class, weights, facts["schema"], data.dataset)
    lists = {k: tuple(v) if isinstance(v, list) else v for k, v in facts["config"].items()}  # JSON
    return model_class.restore(data, model_class.config_class(**lists), weights)


def _moved(name: str, rows: Tensor, places: np.ndarray, count: int) -> Tensor:
    """Saved rows at their places in this dataset, -1 for those it does not have.

    New rows are zero; a new item's bias is that of the least popular ones.
    """
    fresh = torch.zeros(count, *rows.shape[1:], dtype=rows.dtype)
    if name.endswith("bias") and len(rows) > 1:
        fresh[1:] = rows[1:].quantile(0.05)
    known = torch.from_numpy(places >= 0)
    fresh[torch.from_numpy(places)[known]] = rows[known]
    return fresh


def _find_values(
    model_class: type[WeightedRanker],
    weights: dict[str, Tensor],
    kept: dict[str, Any],
    dataset: Dataset,
) -> None:
    """Move the rows of kinds of event and of values of features to where this dataset has them."""
    for name in model_class.per_kind:
        weights[name] = taken(weights[name], kind_rows(kept, dataset))
    for part, (tables, features) in features_read(dataset, model_class).items():
        rows = code_rows(kept, part, features)
        for table in tables:
            for place, of_feature in enumerate(rows):
                name = f"{table}.tables.{place}.weight"
                weights[name] = taken(weights[name], of_feature)


def stored_ease(
    data: FitData,
    workspace: Workspace,
    progress: Progress = silent,
    config: RecencyEaseConfig | None = None,
) -> RecencyEase:
    """Recency-EASE of this data, with the usual settings if none are given.

    Solved once for every ridge, then kept.
    """
    config = config or RecencyEaseConfig()
    path = workspace.folder("rankers") / f"ease-{_digest(data)}-{config.l2:g}.safetensors"
    with workspace.lock(path.stem):
        try:
            weights, _ = load_checkpoint(path)
        except StorageError:  # not there yet, or damaged
            progress("Solving what goes together", 0, 1)
            weights = {"weights": solve_ease(data, config.l2)}
            save_checkpoint(path, weights, {})
            progress("Solving what goes together", 1, 1)
    return RecencyEase(weights["weights"], config)


def stored_fit(
    model_class: type[WeightedRanker],
    config: Any,
    data: FitData,
    workspace: Workspace,
    progress: Progress = silent,
) -> WeightedRanker:
    """A closed-form ranker of this data; computed once, then kept."""
    settings = hashlib.sha256(json.dumps(asdict(config), sort_keys=True).encode()).hexdigest()[:8]
    name = f"{model_class.name}-{_digest(data)}-{settings}"
    path = workspace.folder("rankers") / f"{name}.safetensors"
    with workspace.lock(name):
        try:
            return load_ranker(path, data)[0]
        except (StorageError, DataError):  # not there yet, damaged, or of other features
            progress(f"Computing {model_class.label}", 0, 1)
            ranker = model_class.fit(data, config)
            save_ranker(path, ranker, data.dataset, {})
            progress(f"Computing {model_class.label}", 1, 1)
    ranker.freeze()
    return ranker


def _digest(data: FitData) -> str:
    """Of the events that are learnt from."""
    digest = hashlib.sha256(np.ascontiguousarray(data.train.items).tobytes())
    digest.update(data.train.offsets.tobytes())
    return digest.hexdigest()[:16]
