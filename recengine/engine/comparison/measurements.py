"""Measured results on disk: figures, answers and slices of one dataset under one protocol.

    <dataset>-<protocol>.json                   figures, and how each ranker was measured
    <dataset>-<protocol>-answers.safetensors    ranks (all seeds), first tens (first seed), and
                                                what ranks do not tell, for each question
    <dataset>-<protocol>-slices.parquet         figures of groups of questions

Axes: seed, question, place.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float32, Int, Int64

from recengine.data.splits import Questions
from recengine.data.workspace import Workspace, read_json, write_atomic, write_json
from recengine.engine.assets import results_file, safe_name
from recengine.errors import StorageError
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

SLICE_COLUMNS = [
    "ranker", "slice", "value", "people", "metric", "mean", "low", "high", "enough",
]  # fmt: skip
LISTED = 10  # places kept of each list


@dataclass(frozen=True)
class RankerAnswers:
    """What one ranker answered.

    Attributes:
        ranks: place of each held-out item, one row per seed.
        lists: item indices of the first ten of the first seed; 0 where fewer compete. None in
            results that come along about data of others: with its rank, a list tells the choice.
        values: mean over seeds of the metrics that ranks do not tell, such as log loss and squared
            errors, by metric. Older results have none.
    """

    ranks: Int[np.ndarray, "seed question"]
    lists: Int[np.ndarray, "question place"] | None
    values: Mapping[str, Float32[np.ndarray, "question"]] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptAnswers:
    """The questions, and what every ranker answered.

    Attributes:
        users: user index of each question.
        questions: digest of who was asked for what. The held-out items themselves are not kept:
            they are the data of others, and the split gives them again.
        competitors: how many items competed, the held-out one included.
        rankers: answers by ranker.
    """

    users: Int64[np.ndarray, "question"]
    questions: str
    competitors: Int64[np.ndarray, "question"]
    rankers: dict[str, RankerAnswers]


@dataclass(frozen=True)
class Measurements:
    """Everything measured about one dataset under one protocol.

    Attributes:
        facts: dataset, protocol, description, questions, data_fingerprint, made_with.
        rankers: how each was measured.
        rows: ranker, label, metric, value, low, high (None if it has no interval), seeds, by_seed,
            seconds.
        differences: ranker, against, metric, value, low, high: how far the best is ahead.
        slices: figures of groups; empty if none were kept.
        answers: None if none were kept.
    """

    facts: dict[str, Any]
    rankers: dict[str, dict[str, Any]]
    rows: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    slices: pd.DataFrame
    answers: KeptAnswers | None


def digest_of(questions: Questions) -> str:
    """Equal questions, equal digest."""
    asked = np.stack([questions.users, questions.targets.astype(np.int64)])
    return hashlib.sha256(asked.tobytes()).hexdigest()[:16]


def read_measurements(
    dataset_name: str, protocol: str, workspace: Workspace, fingerprint: str = ""
) -> Measurements | None:
    """One's own results if there are any, else those that come along; None without either.

    Args:
        dataset_name: whose results.
        protocol: under which they were measured.
        workspace: with one's own.
        fingerprint: of the data; if given, results of equal data under another name count as well.

    Raises:
        StorageError: the figures are damaged.
    """
    path = results_file(dataset_name, protocol, workspace, fingerprint)
    if path is None:
        return None
    content = read_json(path)
    try:
        lists = {name: content.pop(name) for name in ("rankers", "rows", "differences")}
    except KeyError as error:
        raise StorageError(f"{path} lacks {error}. Delete it; it will be made again.") from error
    slices = path.with_name(f"{path.stem}-slices.parquet")
    return Measurements(
        facts=content,
        **lists,
        slices=pd.read_parquet(slices) if slices.exists() else pd.DataFrame(columns=SLICE_COLUMNS),
        answers=_read_answers(_answers_path(path), content.get("data_fingerprint")),
    )


def write_measurements(measured: Measurements, workspace: Workspace) -> Path:
    """Keep results; the figures are written last, so that nothing of theirs is missing."""
    stem = f"{safe_name(measured.facts['dataset'])}-{measured.facts['protocol']}"
    path = workspace.folder("results") / f"{stem}.json"
    if measured.answers is not None:
        _write_answers(_answers_path(path), measured.answers, measured.facts)
    with write_atomic(path.with_name(f"{stem}-slices.parquet")) as temporary:
        measured.slices.to_parquet(temporary, index=False)
    write_json(
        path,
        {
            **measured.facts,
            "rankers": measured.rankers,
            "rows": measured.rows,
            "differences": measured.differences,
        },
    )
    return path


def _answers_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}-answers.safetensors")


def _write_answers(path: Path, answers: KeptAnswers, facts: dict[str, Any]) -> None:
    arrays = {
        "users": answers.users.astype(np.int32),
        "competitors": answers.competitors.astype(np.int32),
    }
    for name, each in answers.rankers.items():
        arrays[f"{name}/ranks"] = each.ranks.astype(np.int32)
        if each.lists is not None:
            arrays[f"{name}/lists"] = each.lists.astype(_item_type(each.lists))
        if each.values:
            arrays[f"{name}/values"] = np.stack(list(each.values.values()))
    kept = {
        "data_fingerprint": facts["data_fingerprint"],
        "questions": answers.questions,
        "rankers": list(answers.rankers),
        "values": {name: list(each.values) for name, each in answers.rankers.items()},
    }
    save_checkpoint(path, {name: torch.from_numpy(each) for name, each in arrays.items()}, kept)


def _item_type(lists: Int[np.ndarray, "question place"]) -> type[np.integer]:
    return np.int16 if lists.max(initial=0) <= np.iinfo(np.int16).max else np.int32


def _read_answers(path: Path, data_fingerprint: str | None) -> KeptAnswers | None:
    """Answers that belong to the figures; None if absent, damaged, or of other data or form."""
    try:
        tensors, facts = load_checkpoint(path)
    except StorageError:
        return None
    if facts.get("data_fingerprint") != data_fingerprint or "questions" not in facts:
        return None
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    metrics = facts.get("values", {})  # older results have none
    return KeptAnswers(
        users=arrays["users"].astype(np.int64),
        questions=facts["questions"],
        competitors=arrays["competitors"].astype(np.int64),
        rankers={
            name: RankerAnswers(
                arrays[f"{name}/ranks"].astype(np.int64),
                lists.astype(np.int32)
                if (lists := arrays.get(f"{name}/lists")) is not None
                else None,
                dict(zip(metrics.get(name, ()), arrays.get(f"{name}/values", ()), strict=True)),
            )
            for name in facts["rankers"]
        },
    )
