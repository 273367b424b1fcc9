"""Train a ranker and keep it with the story of its making."""

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from recengine.data.devices import AUTO, CPU, described, find_device
from recengine.data.progress import Progress, silent
from recengine.data.settings import read_setting, written
from recengine.data.sources import load_dataset
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.engine.adapters import read_with
from recengine.engine.assets import safe_name
from recengine.engine.code_version import code_version
from recengine.engine.opening import fit_data
from recengine.engine.rankers import TRAINED, Rankers
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker, TunableRanker
from recengine.models.hybrid import Hybrid
from recengine.training.checkpoint import run_folder
from recengine.training.fitting import Recipe
from recengine.training.rankers import save_ranker
from recengine.training.recipes import recipe_for, trainer_for
from recengine.training.trainer import TrainerConfig
from recengine.training.unified import UnifiedRecipe


def train_ranker(
    dataset_name: str,
    ranker: str,
    workspace: Workspace,
    *,
    seed: int = 0,
    resume: bool = False,
    progress: Progress = silent,
    overrides: Mapping[str, Any] | None = None,
    asked: Sequence[str] = (),
    adapter: str = "",
    device: str = AUTO,
) -> dict[str, Any]:
    """Train a ranker on a dataset and keep it in the workspace.

    Args:
        dataset_name: built-in, or the path of one's own.
        ranker: which one; closed-form rankers need no training.
        workspace: where it is kept.
        seed: of everything random.
        resume: go on from where an interrupted run of the same data and settings stopped.
        progress: told the loss and how far it is.
        overrides: settings of the recipe that differ, such as {"epochs": 3}.
        asked: the same in words, such as "epochs=3"; they count more.
        adapter: method of the adapter of the text encoder that reads the items, such as "top";
            empty for the encoder as it came.
        device: "cpu", "cuda" or "auto", which is CUDA where there is one.

    Raises:
        ConfigError: the ranker is not trained, a setting is impossible, nobody made the adapter, or
            the device is not there.
        UnknownNameError: no such ranker, setting or way of adapting.
        TrainingError: the loss is no longer a number, or there is too little memory.
    """
    if ranker not in MODELS:
        raise UnknownNameError("ranker", ranker, MODELS)
    if ranker not in TRAINED:
        raise ConfigError(
            f"{ranker!r} has no training: it is computed from the log whenever it is needed. "
            f"Rankers to train: {', '.join(TRAINED)}; to blend two of any: {Hybrid.name}."
        )
    changes = {**(overrides or {}), **read_asked(asked, MODELS[ranker])}
    place = find_device(device)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    recipe = recipe_for(ranker, dataset, split.train).with_settings(changes)
    recipe = recipe.with_seed(seed)
    path = workspace.folder("rankers") / f"{safe_name(dataset.name)}-{ranker}.safetensors"
    rankers = Rankers(data, workspace, progress)
    read, told = read_with(adapter, ranker, data, workspace, progress) if adapter else (data, None)
    facts = train_and_keep(
        ranker,
        read,
        split,
        recipe,
        path,
        text_fingerprint,
        rankers=rankers,
        folder=workspace.folder("training") / path.stem,
        resume=resume,
        progress=progress,
        adapter=told,
        device=place,
    )
    return facts | {"path": str(path)}


def read_asked(asked: Sequence[str], model: type[Ranker]) -> dict[str, Any]:
    """Settings of a ranker or of its trainer from words like "epochs=3".

    Raises:
        UnknownNameError: no such setting.
        ConfigError: no value, or one of another type.
    """
    assert issubclass(model, TunableRanker)
    configs = (model.config_class, TrainerConfig)
    read = {}
    for words in asked:
        name, equals, value = words.partition("=")
        if not equals:
            raise ConfigError(f"The setting {words!r} has no value. Write it as {words}=value.")
        read[name.strip()] = read_setting(configs, name.strip(), value.strip())
    return read


def train_and_keep(
    ranker: str,
    data: FitData,
    split: Split,
    recipe: Recipe | UnifiedRecipe,
    path: Path,
    text_fingerprint: str,
    *,
    rankers: Mapping[str, Ranker],
    folder: Path,
    resume: bool,
    progress: Progress,
    adapter: Mapping[str, str] | None = None,
    device: torch.device = CPU,
) -> dict[str, Any]:
    """Train a ranker by a recipe and write it to `path` with the facts of its making.

    Args:
        ranker: its name.
        data, split: what is learnt from.
        recipe: how.
        path: file to write.
        text_fingerprint: of the text vectors in `data`, as the encoder has them as it came.
        rankers: those that it builds on, by name.
        folder: where checkpoints are kept, in a folder for each run.
        resume: go on from the checkpoint of a run of the same data, texts and settings.
        progress: told the loss and how far it is.
        adapter: of the encoder, if one read the texts: its method, file and digest.
        device: where to train.
    """
    decisive: dict[str, Any] = {
        "recipe": written(recipe),
        "protocol": split.description,
        "data_fingerprint": data.dataset.fingerprint,
        "text_fingerprint": text_fingerprint,
    }
    if adapter:
        decisive["adapter"] = dict(adapter)
    run = run_folder(folder, decisive, progress if resume else silent)
    trainer = trainer_for(ranker, data, split, recipe, rankers, run, resume=resume, device=device)
    trained = trainer.run(progress)
    facts = decisive | {
        "validation_ndcg10": trained.validation,
        "seconds": round(trained.seconds, 1),
        "epochs": trained.epochs,
        "seed": recipe.seed,
        **circumstances(device),
    }
    save_ranker(path, trained.model, data.dataset, facts)
    return facts


def circumstances(device: torch.device = CPU) -> dict[str, Any]:
    """When, by which version and on which machine something was made; its GPU if it took part."""
    now = datetime.now(UTC)
    machine = f"{platform.system()} {platform.machine()}, {torch.get_num_threads()} threads"
    gpu = described(device)
    return {
        "made": now.strftime("%Y%m%dT%H%M%S"),
        "version": code_version(),
        "machine": f"{machine}, {gpu}" if gpu else machine,
    }
