"""Trained rankers on disk: weights and the story of their making in one file each."""

import hashlib
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
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig, solve_ease
from recengine.models.unified import Unified, UnifiedConfig, raw_text
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

PER_ITEM = ("delta.weight", "bias", "warm")  # one row per item index


def save_unified(path: Path, model: Unified, dataset: Dataset, facts: dict[str, Any]) -> None:
    """Write a trained model with what is needed to use it elsewhere.

    Args:
        path: file to write.
        model: trained.
        dataset: what it was trained on, for the names behind its rows.
        facts: how it was made, added to the file.
    """
    everything = facts | {
        "config": asdict(model.config),
        "item_ids": list(dataset.item_ids),
        "schema": _schema(dataset),
    }
    save_checkpoint(path, dict(model.state_dict()), everything)


def load_unified(path: Path, data: FitData) -> tuple[Unified, dict[str, Any]]:
    """Read a trained model; items that it does not know become cold items.

    Raises:
        StorageError: the file is damaged.
        DataError: it was trained on data with other events, values or features.
    """
    weights, facts = load_checkpoint(path)
    if (ours := _schema(data.dataset)) != facts["schema"]:
        different = [name for name in ours if ours[name] != facts["schema"].get(name)]
        raise DataError(
            f"{path.name} was trained on data with other {', '.join(different)}. "
            f"Train it again: recengine train {data.dataset.name}"
        )
    model = Unified(
        UnifiedConfig(**facts["config"]),
        data.dataset,
        raw_text(data),
        weights["whitening"],
        torch.zeros(data.vocab),
    )
    model.load_state_dict(_by_item(weights, facts["item_ids"], data.dataset))
    model.requires_grad_(False).eval()
    return model, facts


def _by_item(
    weights: dict[str, Tensor], item_ids: list[str], dataset: Dataset
) -> dict[str, Tensor]:
    """Rows in the order of this dataset's catalogue."""
    saved_rows = 1 + dataset.item_ids.get_indexer(np.array(item_ids, dtype=object))
    known = torch.from_numpy(saved_rows > 0)
    places = torch.from_numpy(saved_rows)[known]
    moved = dict(weights)
    for name in PER_ITEM:
        rows = weights[name]
        fresh = torch.zeros(1 + dataset.num_items, *rows.shape[1:])
        if name == "bias":
            fresh += rows[1:].quantile(0.05)
        fresh[places] = rows[1:][known]
        moved[name] = fresh
    return moved


def _schema(dataset: Dataset) -> dict[str, Any]:
    return {
        "event kinds": list(dataset.event_kinds),
        "value codes": dataset.num_value_codes,
        "context": {f.name: list(f.values) for f in dataset.context_features},
        "profile": {f.name: list(f.values) for f in dataset.profile_features},
    }


def stored_ease(data: FitData, workspace: Workspace, progress: Progress = silent) -> RecencyEase:
    """Recency-EASE of this data; solved once, then kept."""
    config = RecencyEaseConfig()
    counts = np.ascontiguousarray(data.train.items).tobytes()
    digest = hashlib.sha256(counts + data.train.offsets.tobytes()).hexdigest()[:16]
    path = workspace.folder("rankers") / f"ease-{digest}-{config.l2:g}.safetensors"
    with workspace.lock(path.stem):
        try:
            weights, _ = load_checkpoint(path)
        except StorageError:  # not there yet, or damaged
            progress("Solving what goes together", 0, 1)
            weights = {"weights": solve_ease(data, config.l2)}
            save_checkpoint(path, weights, {})
            progress("Solving what goes together", 1, 1)
    return RecencyEase(weights["weights"], config)
