"""Blend two rankers of one's choice: their weight is learnt on validation, and kept.

What is kept is names and a weight, so that the blend follows its rankers when they are trained
again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace, write_json
from recengine.engine.blends import blend_file, named_blend
from recengine.engine.opening import fit_data
from recengine.engine.rankers import Rankers, not_trained
from recengine.engine.workshop import circumstances, read_asked
from recengine.errors import UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.models import MODELS
from recengine.models.hybrid import Hybrid, HybridConfig, weights_of
from recengine.training.choosing import best_config


def blend_rankers(
    dataset_name: str,
    workspace: Workspace,
    *,
    overrides: Mapping[str, Any] | None = None,
    asked: Sequence[str] = (),
    progress: Progress = silent,
) -> dict[str, Any]:
    """Choose the weight of two rankers on the validation questions and serve them as the blend.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where it is kept.
        overrides: any of first, second (names of rankers; those of the earlier blend if left out)
            and weight (of the first, 0 to 1; learnt if left out).
        asked: the same in words, such as "first=gru"; they count more.
        progress: told after every weight.

    Raises:
        UnknownNameError: no such ranker or setting.
        ConfigError: the two are not different rankers, or one of them is not trained yet.
    """
    changes = {**(overrides or {}), **read_asked(asked, Hybrid)}
    for name in changes:
        if name not in vars(HybridConfig()):
            raise UnknownNameError("setting of a blend", name, vars(HybridConfig()))
    for place in ("first", "second"):
        if place in changes and changes[place] not in MODELS:
            raise UnknownNameError("ranker", changes[place], MODELS)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    earlier = named_blend(dataset.name, workspace)
    config = replace(earlier[0] if earlier else HybridConfig(), **changes)
    split = protocol_split(dataset)
    data, _ = fit_data(dataset, split, workspace, progress)
    rankers = Rankers(data, workspace, progress)
    for name in (config.first, config.second):
        if name not in rankers:
            raise not_trained(name, dataset.name)
    grid = (config,) if "weight" in changes else weights_of(config.first, config.second)
    choice = best_config(Hybrid, data, split, rankers, grid=grid, progress=progress)
    facts = {
        "ranker": Hybrid.name,
        "config": asdict(choice.config),
        "tried": {each.weight: round(score, 6) for each, score in choice.tried},
        "protocol": split.description,
        "data_fingerprint": dataset.fingerprint,
        "next_step": f"recengine evaluate {dataset_name} --ranker {Hybrid.name}",
        **circumstances(),
    }
    path = blend_file(dataset.name, workspace)
    write_json(path, facts)
    return facts | {"path": str(path)}
