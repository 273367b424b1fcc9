"""Which two rankers the blend is made of: the usual ones, or those that somebody named.

<dataset>-hybrid.json     in the workspace's rankers: names, weight, and how it was found
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recengine.data.workspace import Workspace, read_json
from recengine.engine.assets import safe_name
from recengine.errors import ConfigError, StorageError
from recengine.models import MODELS
from recengine.models.base import Ranker
from recengine.models.hybrid import Hybrid, HybridConfig, label_of_blend, weights_of

NAMED = "the two rankers that somebody named, their weight as chosen on the validation questions"


def blend_file(dataset_name: str, workspace: Workspace) -> Path:
    """Where the blend that somebody asked for is kept."""
    return workspace.folder("rankers") / f"{safe_name(dataset_name)}-{Hybrid.name}.json"


def named_blend(
    dataset_name: str, workspace: Workspace
) -> tuple[HybridConfig, dict[str, Any]] | None:
    """The blend that somebody asked for on a dataset, with how it was made; None if nobody did."""
    try:
        facts = dict(read_json(blend_file(dataset_name, workspace)))
        return HybridConfig(**facts["config"]), facts | {"settings": NAMED}
    except (StorageError, KeyError, TypeError, ConfigError):  # not there, or of another version
        return None


def foundation(model: type[Ranker], dataset_name: str, workspace: Workspace) -> tuple[str, ...]:
    """Names of the rankers that one builds on, for this dataset."""
    if model is Hybrid and (named := named_blend(dataset_name, workspace)):
        return named[0].first, named[0].second
    return model.builds_on


def settings_to_try(
    model: type[Ranker], dataset_name: str, workspace: Workspace
) -> tuple[Any, ...]:
    """The settings among which validation chooses, for this dataset."""
    if model is Hybrid and (named := named_blend(dataset_name, workspace)):
        return weights_of(named[0].first, named[0].second)
    return getattr(model, "grid", ())


def label_of(name: str, builds_on: Sequence[str]) -> str:
    """How people call a ranker; a blend after the two rankers that it builds on."""
    if name == Hybrid.name:
        return label_of_blend(MODELS[other].label for other in builds_on)
    return MODELS[name].label


def measured_label(label: str, facts: Mapping[str, Any]) -> str:
    """How people call a measured ranker: as then, a blend after its two rankers.

    Args:
        label: written down when it was measured; it stays where the facts tell of no pair.
        facts: how it was measured.
    """
    config = facts.get("config") or {}
    pair = [config[place] for place in ("first", "second") if config.get(place) in MODELS]
    return label_of(Hybrid.name, pair) if len(pair) == len(Hybrid.builds_on) else label
