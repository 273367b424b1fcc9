"""Measure what each part of the unified ranker is worth by leaving it out, and keep the figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace, write_json
from recengine.engine.ablations.arms import Arms
from recengine.engine.ablations.parts import DYNAMIC, TRAINED, Part, parts_of
from recengine.engine.ablations.results import AblationStudy
from recengine.engine.ablations.topic import METRICS, RESULTS, kept_content, study_of
from recengine.engine.assets import safe_name
from recengine.engine.comparison.contestants import check_seeds
from recengine.engine.opening import fit_data
from recengine.engine.paired import compared
from recengine.engine.workshop import circumstances
from recengine.evaluation.protocols import protocol_split


def measure_ablations(
    dataset_name: str,
    workspace: Workspace,
    *,
    seeds: Sequence[int] = (0,),
    ready: bool = False,
    progress: Progress = silent,
) -> AblationStudy:
    """Ask the same held-out questions with every part of the ranker and without it.

    What is trained is kept; figures are written after every part, beside those of earlier runs.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where rankers and figures are kept.
        seeds: each arm is trained with each, unless that was done before; not with `ready`.
        ready: train nothing: ask the ranker in use, and only about parts that take no training.
        progress: told about the slow parts.

    Raises:
        ConfigError: no seeds, the same one twice, or no ranker is ready.
        DataError: the dataset is too small for the protocol.
        StorageError: the file of earlier figures is damaged.
    """
    check_seeds(seeds)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    arms = Arms(data, split, text_fingerprint, workspace, progress, ready)
    if ready:
        seeds = seeds[:1]
    content: dict[str, Any] = {
        "dataset": dataset.name,
        "description": split.description,
        "people": len(np.unique(split.test.users)),
        "data_fingerprint": dataset.fingerprint,
        "text_fingerprint": text_fingerprint,
    }
    earlier = kept_content(dataset, workspace) or {}
    same = all(earlier.get(name) == fact for name, fact in content.items())
    content["parts"] = dict(earlier.get("parts", {})) if same else {}
    how = "--ready" if ready else f"--seeds {','.join(map(str, seeds))}"
    made_with = f"recengine evaluate {dataset_name} --ablations {how}"
    path = workspace.folder("results") / f"{safe_name(dataset.name)}-{RESULTS}.json"
    for part in parts_of(dataset, ready=ready):
        rows = _rows(part, arms, seeds, split.test.users)
        kept = [bool(arms.ranker(TRAINED, seed).dynamic) for seed in seeds]
        trained = [] if ready else list(seeds)  # the ranker in use has a seed of its own
        facts = {"seeds": trained, "ready": ready, "made_with": made_with}
        facts |= {"kept": kept} if part is DYNAMIC else {}
        content["parts"][part.name] = {"facts": {**facts, **circumstances()}, "rows": rows}
        write_json(path, content)
    return study_of(content, dataset)


def _rows(part: Part, arms: Arms, seeds: Sequence[int], people: np.ndarray) -> list[dict[str, Any]]:
    """One row per metric; a person's questions are as many as there are trainings."""
    having, lacking = (np.concatenate([arms.ranks(arm, s) for s in seeds]) for arm in part.arms)
    asked = np.tile(people, len(seeds))
    rows = []
    for metric in METRICS:
        against = compared(lacking, None, asked, metric)
        row = compared(having, lacking, asked, metric)
        row |= {f"against_{name}": figure for name, figure in against.items()}
        rows.append({"metric": metric} | {name: round(each, 6) for name, each in row.items()})
    return rows
