"""Measure which features of the moment matter to a ranker, and keep the figures."""

from typing import Any

import numpy as np

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split
from recengine.data.storefront import NAME as STOREFRONT
from recengine.data.storefront import StorefrontConfig, storefront_truth
from recengine.data.workspace import Workspace, write_json
from recengine.engine.assets import safe_name
from recengine.engine.contexts.results import ContextImportance
from recengine.engine.contexts.topic import FEATURE_COLUMNS, RESULTS, importance_of
from recengine.engine.opening import fit_data
from recengine.engine.rankers import Rankers
from recengine.engine.workshop import circumstances
from recengine.errors import ConfigError
from recengine.evaluation.bootstrap import Interval, bootstrap_mean
from recengine.evaluation.contexts import AskedMoments, ask_moments
from recengine.evaluation.known_truth import moment_gains
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import Ranker
from recengine.models.unified import Unified

MAX_QUESTIONS = 4_000  # asked of each way, a fixed random choice


def measure_contexts(
    dataset_name: str, workspace: Workspace, *, progress: Progress = silent
) -> ContextImportance:
    """Ask the unified ranker held-out questions with parts of the moment hidden or shuffled.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where the ranker is, and where the figures are kept.
        progress: told about the slow parts.

    Raises:
        ConfigError: the unified ranker is not trained on this data, or the data has no moments.
        DataError: the dataset is too small for the protocol.
    """
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    if not dataset.context_features:
        raise ConfigError(
            f"{dataset_name!r} has no features of the moment to measure. Bring columns such as "
            f"weather or device, or times."
        )
    split = protocol_split(dataset)
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    rankers = Rankers(data, workspace, progress)
    ranker = rankers.trained(Unified)
    asked = split.test.sample(MAX_QUESTIONS)
    reader = HistoryReader(split.log, dataset.profiles)
    answers = ask_moments(ranker, reader, asked, split.candidates, progress=progress)
    facts = {
        "dataset": dataset.name,
        "ranker": ranker.name,
        "ranker_made": rankers.facts(ranker.name).get("made", ""),
        "description": split.description,
        "people": len(np.unique(asked.users)),
        "data_fingerprint": dataset.fingerprint,
        "text_fingerprint": text_fingerprint,
        "made_with": f"recengine evaluate {dataset_name} --contexts",
        **circumstances(),
    }
    content = {
        "facts": facts,
        "overall": _overall(answers, asked.users),
        "features": _features(answers, asked.users, dataset, ranker),
        "truth": _truth(dataset, ranker, split, progress),
    }
    write_json(workspace.folder("results") / f"{safe_name(dataset.name)}-{RESULTS}.json", content)
    return importance_of(content)


def _overall(answers: AskedMoments, people: np.ndarray) -> list[dict[str, Any]]:
    values = {
        "known": answers.known,
        "unknown": answers.unknown,
        "shuffled": answers.shuffled,
        "gain": answers.known - answers.unknown,
        "shuffled gain": answers.shuffled - answers.unknown,
    }
    return [
        {"way": way, **_bounds(bootstrap_mean(each, people=people), "value", "low", "high")}
        for way, each in values.items()
    ]


def _features(
    answers: AskedMoments, people: np.ndarray, dataset: Dataset, ranker: Unified
) -> list[dict[str, Any]]:
    gates = ranker.context_gates.tolist() if ranker.gates_fitted else None
    rows = []
    for place, feature in enumerate(dataset.context_features):
        lost = answers.known - answers.without[place]
        mixed = answers.known - answers.mixed[place]
        alone = answers.alone[place] - answers.unknown
        figures = [bootstrap_mean(values, people=people) for values in (lost, mixed, alone)]
        bounds: dict[str, float] = {}
        for number, figure in enumerate(figures):
            bounds |= _bounds(figure, *FEATURE_COLUMNS[2 + 3 * number : 5 + 3 * number])
        gate = None if gates is None else round(gates[place], 3)
        rows.append({"feature": feature.name, "label": feature.label, **bounds, "gate": gate})
    return rows


def _bounds(interval: Interval, *names: str) -> dict[str, float]:
    figures = (interval.mean, interval.low, interval.high)
    return {name: round(each, 6) for name, each in zip(names, figures, strict=True)}


def _truth(
    dataset: Dataset, ranker: Ranker, split: Split, progress: Progress
) -> list[dict[Any, Any]]:
    """How much of the truth was found, where it is known."""
    if dataset.name.split(":")[0] != STOREFRONT:
        return []
    truth = storefront_truth(StorefrontConfig.from_name(dataset.name))
    summary = moment_gains(ranker, split, truth, progress=progress).summary()
    return summary.round(6).to_dict("records")
