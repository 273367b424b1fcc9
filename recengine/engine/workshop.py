"""Train a ranker, and measure rankers: what takes minutes rather than milliseconds."""

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recengine import __version__
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, leave_last_out
from recengine.data.workspace import Workspace, write_json
from recengine.engine.assets import safe_name
from recengine.engine.opening import fit_data, protocol_split
from recengine.engine.quality import quality_of
from recengine.engine.rankers import TRAINED, Rankers
from recengine.engine.results import Quality
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.metrics import METRICS
from recengine.evaluation.ranking import target_ranks
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.training.fitting import Recipe
from recengine.training.rankers import save_ranker, stored_ease
from recengine.training.recipes import recipe_for, trainer_for
from recengine.training.unified import UnifiedRecipe

PROTOCOLS = {"P-A": 5, "P-B": 1}  # minimum item count of leave-last-out
REPORTED = (("ndcg", 10), ("hr", 10), ("mrr", 10))


def train_ranker(
    dataset_name: str,
    ranker: str,
    workspace: Workspace,
    *,
    seed: int = 0,
    resume: bool = False,
    progress: Progress = silent,
    overrides: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Train a ranker on a dataset and keep it in the workspace.

    Args:
        dataset_name: built-in, or the path of one's own.
        ranker: which one; closed-form rankers need no training.
        workspace: where it is kept.
        seed: of everything random.
        resume: go on from where an interrupted run of the same settings stopped.
        progress: told the loss and how far it is.
        overrides: settings of the recipe that differ, such as {"epochs": 3}.

    Raises:
        ConfigError: the ranker is not trained, or a setting does not exist.
        TrainingError: the loss is no longer a number.
    """
    if ranker not in MODELS:
        raise UnknownNameError("ranker", ranker, MODELS)
    if ranker not in TRAINED:
        raise ConfigError(
            f"{ranker!r} has no training: it is computed from the log whenever it is needed. "
            f"Rankers to train: {', '.join(TRAINED)}."
        )
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    recipe = recipe_for(ranker, dataset, split.train).with_settings(overrides or {})
    recipe = recipe.with_seed(seed)
    path = workspace.folder("rankers") / f"{safe_name(dataset.name)}-{ranker}.safetensors"
    facts = _train(ranker, data, split, recipe, path, text_fingerprint, workspace, resume, progress)
    return facts | {"path": str(path)}


def evaluate_rankers(
    dataset_name: str,
    rankers: Sequence[str],
    workspace: Workspace,
    *,
    protocol: str = "P-A",
    seeds: Sequence[int] = (0,),
    progress: Progress = silent,
) -> Quality:
    """Measure rankers on held-out items, and keep the figures for the dashboard.

    Trained rankers are trained once per seed, unless that was done before.

    Raises:
        UnknownNameError: unknown ranker or protocol.
    """
    if protocol not in PROTOCOLS:
        raise UnknownNameError("protocol", protocol, PROTOCOLS)
    for name in rankers:
        if name not in MODELS:
            raise UnknownNameError("ranker", name, MODELS)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = leave_last_out(dataset, min_item_count=PROTOCOLS[protocol])
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    reader = HistoryReader(split.log, dataset.profiles)
    rows: list[dict[str, Any]] = []
    ranks_of: dict[str, list[np.ndarray]] = {}
    for name in rankers:
        per_seed, seconds = [], []
        for seed in seeds if name in TRAINED else seeds[:1]:
            started = time.perf_counter()
            ranker, facts = _fitted(
                name, data, split, seed, protocol, text_fingerprint, workspace, progress
            )
            seconds.append(facts.get("seconds", time.perf_counter() - started))
            ranks = target_ranks(ranker, reader, split.test, split.candidates, progress=progress)
            per_seed.append(ranks)
        rows += _rows(name, per_seed, seconds)
        ranks_of[name] = per_seed
    results = {
        "dataset": dataset.name,
        "protocol": split.description,
        "questions": len(split.test),
        "made_with": f"recengine evaluate {dataset_name} --protocol {protocol} "
        f"--seeds {','.join(map(str, seeds))}",
        "rows": rows,
        "differences": _differences(ranks_of),
        **circumstances(),
    }
    write_json(workspace.folder("results") / f"{safe_name(dataset.name)}.json", results)
    return quality_of(results)


def _train(
    ranker: str,
    data: FitData,
    split: Split,
    recipe: Recipe | UnifiedRecipe,
    path: Path,
    text_fingerprint: str,
    workspace: Workspace,
    resume: bool,
    progress: Progress,
) -> dict[str, Any]:
    folder = workspace.folder("training") / path.stem
    rankers = Rankers(data, workspace, progress)
    trainer = trainer_for(ranker, data, split, recipe, rankers, folder, resume=resume)
    trained = trainer.run(progress)
    facts = {
        "recipe": asdict(recipe),
        "protocol": split.description,
        "validation_ndcg10": trained.validation,
        "seconds": round(trained.seconds, 1),
        "epochs": trained.epochs,
        "seed": recipe.seed,
        "data_fingerprint": data.dataset.fingerprint,
        "text_fingerprint": text_fingerprint,
        **circumstances(),
    }
    save_ranker(path, trained.model, data.dataset, facts)
    return facts


def _fitted(
    name: str,
    data: FitData,
    split: Split,
    seed: int,
    protocol: str,
    text_fingerprint: str,
    workspace: Workspace,
    progress: Progress,
) -> tuple[Ranker, dict[str, Any]]:
    if name == RecencyEase.name:
        return _tuned_ease(data, split, workspace, progress), {}
    rankers = Rankers(data, workspace, progress)
    if name not in TRAINED:
        return rankers[name], {}
    stem = f"{safe_name(data.dataset.name)}-{name}-{protocol}-seed{seed}"
    path = workspace.folder("rankers") / f"{stem}.safetensors"
    if not path.exists():
        recipe = recipe_for(name, data.dataset, split.train).with_seed(seed)
        _train(name, data, split, recipe, path, text_fingerprint, workspace, True, progress)
    return rankers.load(path)


def _tuned_ease(
    data: FitData, split: Split, workspace: Workspace, progress: Progress
) -> RecencyEase:
    """The baseline is tuned like our own model: its decay is chosen on validation."""
    ease = stored_ease(data, workspace, progress)
    reader = HistoryReader(split.log, data.dataset.profiles)
    tried = {}
    for decay in (3.0, 5.0, 8.0, 12.0, 20.0):
        ranker = RecencyEase(ease.weights, RecencyEaseConfig(decay_events=decay))
        ranks = target_ranks(ranker, reader, split.validation, split.candidates, progress=progress)
        tried[decay] = METRICS["ndcg"](ranks, 10).mean()
    best = max(tried, key=lambda decay: tried[decay])
    return RecencyEase(ease.weights, RecencyEaseConfig(decay_events=best))


def _rows(name: str, per_seed: list[np.ndarray], seconds: list[float]) -> list[dict[str, Any]]:
    rows = []
    for metric, k in REPORTED:
        interval = bootstrap_mean(_by_person(per_seed, metric, k))
        rows.append(
            {
                "ranker": name,
                "label": MODELS[name].label,
                "metric": f"{metric}@{k}",
                "value": interval.mean,
                "low": interval.low,
                "high": interval.high,
                "seeds": len(per_seed),
                "by_seed": [float(METRICS[metric](ranks, k).mean()) for ranks in per_seed],
                "seconds": round(float(np.mean(seconds)), 2),
            }
        )
    return rows


def _by_person(per_seed: list[np.ndarray], metric: str, k: int) -> np.ndarray:
    """A metric per person, the mean over seeds."""
    return np.mean([METRICS[metric](ranks, k) for ranks in per_seed], axis=0)


def _differences(ranks_of: dict[str, list[np.ndarray]]) -> list[dict[str, Any]]:
    """Paired differences of the first ranker to every other, person by person."""
    first, *others = ranks_of
    rows = []
    for other in others:
        for metric, k in REPORTED:
            ahead = _by_person(ranks_of[first], metric, k) - _by_person(ranks_of[other], metric, k)
            interval = bootstrap_mean(ahead)
            rows.append(
                {
                    "ranker": first,
                    "against": other,
                    "metric": f"{metric}@{k}",
                    "value": interval.mean,
                    "low": interval.low,
                    "high": interval.high,
                }
            )
    return rows


def circumstances() -> dict[str, Any]:
    """When, by which version and on which machine something was made."""
    now = datetime.now(UTC)
    machine = f"{platform.system()} {platform.machine()}, {torch.get_num_threads()} threads"
    return {
        "made": now.strftime("%Y%m%dT%H%M%S"),
        "version": __version__,
        "machine": machine,
    }
