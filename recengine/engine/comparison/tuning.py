"""Search the settings of a ranker on a dataset; what was tried and what was best is kept."""

import hashlib
import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import optuna
import pandas as pd
import torch
from optuna.distributions import distribution_to_json

from recengine.data.dataset import Dataset
from recengine.data.devices import AUTO, CPU, find_device
from recengine.data.progress import Progress, silent
from recengine.data.settings import written
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import safe_name
from recengine.engine.blends import named_blend
from recengine.engine.opening import fit_data
from recengine.engine.rankers import TRAINED, Rankers
from recengine.engine.workshop import circumstances
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.models import MODELS
from recengine.models.base import TunableRanker
from recengine.models.hybrid import Hybrid
from recengine.training.recipes import recipe_for
from recengine.training.search import Measure, open_study, search, trials_table
from recengine.training.spaces import Space, space_for
from recengine.training.trials import by_fitting, by_training


@dataclass(frozen=True)
class Tuning:
    """What a search has found so far.

    Attributes:
        ranker, data: what was searched, on what.
        protocol: the rules of the split, whose validation questions are asked.
        figure: what a value is; higher is better.
        usual: value of the settings that the ranker has without a search; NaN if none was had.
        best: highest value; NaN if no trial came to its end.
        settings: those of the highest value.
        trials: number, value, state, seconds, settings, scores (after each epoch), reason.
        made_with: the command.
        next_step: how to use the best settings.
    """

    ranker: str
    data: str
    protocol: str
    figure: str
    usual: float
    best: float
    settings: dict[str, Any]
    trials: pd.DataFrame
    made_with: str
    next_step: str

    @property
    def sentence(self) -> str:
        """The result in words."""
        counts = self.trials["state"].value_counts()
        tried = f"{counts.get('complete', 0)} trials to the end, {counts.get('pruned', 0)} stopped"
        if not self.settings:
            return f"{tried}: none gave a value. The reasons stand beside the trials."
        usual = "" if np.isnan(self.usual) else f", the usual settings {self.usual:.4f}"
        return f"{tried}: the best has {self.figure} {self.best:.4f} on validation{usual}."


def tune_ranker(
    dataset_name: str,
    ranker: str,
    workspace: Workspace,
    *,
    trials: int = 20,
    minutes: float | None = None,
    seed: int = 0,
    epochs: int = 0,
    device: str = AUTO,
    progress: Progress = silent,
) -> Tuning:
    """Search until there are enough trials, those of earlier runs of the same search included.

    Args:
        dataset_name: built-in, or the path of one's own.
        ranker: which one.
        workspace: where trials and the best settings are kept.
        trials: how many there are in the end.
        minutes: no trial starts later than this; None is forever.
        seed: of everything random.
        epochs: at most so many in a trial; 0 for the ranker's own.
        device: where trials train: "cpu", "cuda" or "auto", which is CUDA where there is one.
        progress: told how far the running trial is.

    Raises:
        UnknownNameError: no such ranker.
        ConfigError: it has nothing to search, the same search runs elsewhere, or the device is not
            there.
    """
    _check(ranker)
    place = find_device(device)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    path = study_file(dataset, ranker, workspace)
    wishes = {"trials": trials, "seed": seed, "epochs": epochs}
    chosen = " ".join(f"--{name} {value}" for name, value in wishes.items() if value)
    made_with = f"recengine tune {dataset_name} --ranker {ranker} {chosen}"
    try:
        with workspace.lock(path.stem).acquire(timeout=0):
            task = _task(dataset, ranker, workspace, seed, epochs, place, progress)
            found = partial(_tuning, task=task, dataset_name=dataset_name, made_with=made_with)
            with open_study(path, task.fingerprint) as study:
                search(
                    study,
                    task.space,
                    task.usual,
                    task.measure,
                    trials=trials,
                    seed=seed,
                    minutes=minutes,
                    after_trial=lambda: _keep_best(found(study), task, path),
                    progress=progress,
                )
                return found(study)
    except filelock.Timeout:
        raise ConfigError(
            f"Another search for {ranker!r} on {dataset.name!r} is running. "
            f"Wait until it ends; its trials are kept."
        ) from None


def tuned_settings(dataset_name: str, ranker: str, workspace: Workspace) -> dict[str, Any]:
    """The best settings of the latest search, fit to be the `overrides` of `train_ranker`.

    Raises:
        UnknownNameError: no such ranker.
        ConfigError: it has nothing to search, or nobody did.
    """
    _check(ranker)
    dataset = load_dataset(dataset_name, workspace)
    path = study_file(dataset, ranker, workspace).with_suffix(".json")
    if not path.exists():
        raise ConfigError(
            f"No search has found settings for {ranker!r} on {dataset.name!r} yet. "
            f"Run one: recengine tune {dataset_name} --ranker {ranker}"
        )
    return dict(read_json(path)["settings"])


@dataclass(frozen=True)
class _Task:
    """One ranker on one dataset with its ranges, ready to be measured.

    Attributes:
        epochs: at most so many in a trial; 0 for the ranker's own.
        space, usual: what is searched, and the values there without a search.
        pair: the two rankers of a named blend, which whoever uses its weight must name again.
        device: where trials run; what needs no training is computed on the CPU.
        fingerprint: of everything that a value depends on; runs that share it join their trials.
    """

    ranker: str
    dataset: Dataset
    protocol: str
    figure: str
    seed: int
    epochs: int
    space: Space
    usual: dict[str, Any]
    pair: dict[str, str]
    measure: Measure
    device: torch.device
    fingerprint: str


def _task(
    dataset: Dataset,
    ranker: str,
    workspace: Workspace,
    seed: int,
    epochs: int,
    device: torch.device,
    progress: Progress,
) -> _Task:
    split = protocol_split(dataset)
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    rankers = Rankers(data, workspace, progress)
    pair: dict[str, str] = {}
    if ranker in TRAINED:
        recipe = recipe_for(ranker, dataset, split.train).with_seed(seed)
        recipe = recipe.with_settings({"epochs": epochs} if epochs else {})
        folder = workspace.folder("training") / f"{safe_name(dataset.name)}-{ranker}-search"
        plan, settings = written(recipe), recipe.settings
        measure = by_training(ranker, data, split, recipe, rankers, folder, device)
    else:
        model_class = MODELS[ranker]
        assert issubclass(model_class, TunableRanker)
        named = named_blend(dataset.name, workspace) if model_class is Hybrid else None
        usual = model_class.config_class()
        if named:  # its pair is part of the plan, its weight is what is searched
            usual = replace(named[0], weight=usual.weight)
            pair = {name: getattr(usual, name) for name in ("first", "second")}
        parts = [rankers.stamp(each) for each in rankers.builds_on(ranker) if each in TRAINED]
        settings = vars(usual)
        plan = settings | {"parts": parts} if parts else settings
        measure, device = by_fitting(model_class, data, split, usual, rankers), CPU
    space = space_for(ranker, settings)
    ranges = {name: distribution_to_json(each) for name, each in space.items()}
    decides = [dataset.fingerprint, text_fingerprint, split.description, plan, ranges, seed]
    return _Task(
        ranker=ranker,
        dataset=dataset,
        protocol=split.description,
        figure=figure_of(ranker),
        seed=seed,
        epochs=epochs,
        space=space,
        usual={name: settings[name] for name in space},
        pair=pair,
        measure=measure,
        device=device,
        fingerprint=hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16],
    )


def _check(ranker: str) -> None:
    """Refuse a ranker that does not exist, and one without settings.

    Raises:
        UnknownNameError: no such ranker.
        ConfigError: nothing to search.
    """
    if ranker not in MODELS:
        raise UnknownNameError("ranker", ranker, MODELS)
    if ranker not in (known := searchable()):
        raise ConfigError(
            f"{ranker!r} has no settings to search. Rankers that have: {', '.join(known)}."
        )


def figure_of(ranker: str) -> str:
    """What the score of a trial is; higher is better."""
    return "minus RMSE" if getattr(MODELS[ranker], "judged_by", "") == "rmse" else "NDCG@10"


def searchable() -> list[str]:
    """Names of the rankers that have settings to search."""
    return [
        name
        for name, model in MODELS.items()
        if name in TRAINED
        or (issubclass(model, TunableRanker) and space_for(name, vars(model.config_class())))
    ]


def study_file(dataset: Dataset, ranker: str, workspace: Workspace) -> Path:
    """Where the trials of a ranker are kept; the best settings lie beside it as JSON."""
    return workspace.folder("studies") / f"{safe_name(dataset.name)}-{ranker}.sqlite3"


def _tuning(study: optuna.Study, *, task: _Task, dataset_name: str, made_with: str) -> Tuning:
    table = trials_table(study.get_trials(False))
    finished = table[table["state"] == "complete"]
    of_usual = finished.loc[[each == task.usual for each in finished["settings"]], "value"]
    best = finished.loc[finished["value"].idxmax()] if len(finished) else None
    return Tuning(
        ranker=task.ranker,
        data=task.dataset.name,
        protocol=task.protocol,
        figure=task.figure,
        usual=float(of_usual.iat[0]) if len(of_usual) else np.nan,
        best=np.nan if best is None else float(best["value"]),
        settings={} if best is None else best["settings"],
        trials=table,
        made_with=made_with,
        next_step=next_step(task.ranker, dataset_name),
    )


def next_step(ranker: str, dataset_name: str) -> str:
    """How to use the best settings."""
    if ranker in (*TRAINED, Hybrid.name):
        return f"recengine train {dataset_name} --ranker {ranker} --tuned"
    model = MODELS[ranker]
    assert issubclass(model, TunableRanker)
    return f"In Python: {model.__name__}.fit(data, {model.config_class.__name__}(**settings))"


def _keep_best(tuning: Tuning, task: _Task, path: Path) -> None:
    """Write the best settings beside the trials, with all that tells how they were found."""
    if not tuning.settings:
        return
    counts = tuning.trials["state"].value_counts()
    facts = {
        "ranker": tuning.ranker,
        "dataset": tuning.data,
        "settings": task.pair | tuning.settings,
        "figure": tuning.figure,
        "best": tuning.best,
        "usual": None if np.isnan(tuning.usual) else tuning.usual,
        "trials": {state: int(count) for state, count in counts.items()},
        "study": task.fingerprint,
        "protocol": tuning.protocol,
        "seed": task.seed,
        "epochs": task.epochs,
        "data_fingerprint": task.dataset.fingerprint,
        "made_with": tuning.made_with,
        **circumstances(task.device),
    }
    write_json(path.with_suffix(".json"), facts)
