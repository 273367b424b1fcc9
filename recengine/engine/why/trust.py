"""Whether a method of explanation was tested for a ranker and passed, as measured.

Nothing is claimed that no file of results says; results of another training of a ranker, or of
other data, do not count.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from torch import Tensor

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, read_json
from recengine.engine.assets import results_file
from recengine.engine.rankers import TRAINED
from recengine.engine.state import State
from recengine.engine.why.results import (
    NOT_BETTER,
    NOT_MEASURED,
    TRUSTED,
    Faithfulness,
    Trust,
)
from recengine.engine.wording import listed
from recengine.errors import StorageError
from recengine.explanations import Method
from recengine.explanations.controls import RECENCY
from recengine.explanations.faithfulness import MEASURES
from recengine.models.base import Ranker, WeightedRanker
from recengine.models.hybrid import Hybrid

EXPLANATIONS = "explanations"  # takes the place of a protocol in the name of a file of results
COLUMNS = [
    "ranker", "method", "label", "control", "metric", "value", "low", "high", "ahead", "ahead_low",
    "ahead_high", "trusted", "people", "chance", "fixed",
]  # fmt: skip
_IDENTITIES: WeakKeyDictionary[Ranker, str] = WeakKeyDictionary()


def trust_of(state: State, ranker: str, method: Method) -> Trust:
    """The badge of a method for a ranker of the loaded data."""
    command = f"recengine evaluate {state.dataset.name} --explanations --ranker {ranker}"
    tests = read_tests(state.dataset, state.workspace)
    told = (tests or {"rankers": {}})["rankers"].get(ranker)
    untested = f"Nobody has tested yet how far {method.label} can be trusted for this ranker"
    if told is None:
        return Trust(NOT_MEASURED, f"{untested}.", made_with=command)
    if told["identity"] != identity_of(state.ranker(ranker)):
        return Trust(NOT_MEASURED, f"{untested}, only for another training.", made_with=command)
    assert tests is not None
    row, control = (_row(tests, ranker, name) for name in (method.name, RECENCY.name))
    if row is None or control is None or row["value"] is None:
        return Trust(NOT_MEASURED, f"{untested}.", made_with=command)
    return Trust(
        verdict=TRUSTED if row["trusted"] else NOT_BETTER,
        sentence=_sentence(row, control, told["people"]),
        score=row["value"],
        recency=control["value"],
        ahead=row["ahead"],
        low=row["ahead_low"],
        high=row["ahead_high"],
        people=told["people"],
        protocol=told["protocol"],
        made_with=told["made_with"],
    )


def read_tests(dataset: Dataset, workspace: Workspace) -> dict[str, Any] | None:
    """One's own results if there are any, else those that come along; None if of other data.

    Raises:
        StorageError: the file is damaged.
    """
    path = results_file(dataset.name, EXPLANATIONS, workspace, dataset.fingerprint)
    if path is None:
        return None
    tests = _read(path, path.stat().st_mtime_ns)
    return tests if tests.get("data_fingerprint") == dataset.fingerprint else None


@lru_cache(maxsize=8)
def _read(path: Path, stamp: int) -> dict[str, Any]:  # noqa: ARG001 - read again once written again
    tests = read_json(path)
    if not isinstance(tests, dict) or not {"rankers", "rows"} <= set(tests):
        raise StorageError(f"{path} lacks its figures. Delete it; it will be made again.")
    return tests


def identity_of(ranker: Ranker) -> str:
    """Equal for rankers that are made alike: digest of all that was trained, or of the settings.

    A blend is what its trained parts are, too.
    """
    if ranker not in _IDENTITIES:
        if ranker.name in TRAINED and isinstance(ranker, WeightedRanker):
            identity = identity_of_trained(ranker.name, ranker.state_dict(), ranker.config)
        else:
            blended = ranker.parts if isinstance(ranker, Hybrid) else ()
            trained = [identity_of(part) for part in blended if part.name in TRAINED]
            identity = identity_of_computed(ranker.name, getattr(ranker, "config", ""), *trained)
        _IDENTITIES[ranker] = identity
    return _IDENTITIES[ranker]


def identity_of_trained(name: str, weights: Mapping[str, Tensor], config: Any) -> str:
    """Digest of a trained ranker's whole state, buffers included, and its unusual settings.

    Usual settings stay out, so that one that is added later leaves older rankers what they are.
    """
    usual = type(config)()
    unusual = [
        f"{field.name}={value!r}"
        for field in fields(config)
        if (value := getattr(config, field.name)) != getattr(usual, field.name)
    ]
    states = [each for key in sorted(weights) for each in (key, weights[key].cpu().numpy())]
    return _digest(name, *unusual, *states)


def identity_of_computed(name: str, config: Any, *parts: str) -> str:
    """Digest of the settings, from which with the data all follows that a ranker computed.

    `parts` are the identities of trained rankers that it is built on.
    """
    return _digest(name, repr(config), *parts)


def _digest(*parts: str | np.ndarray) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part.tobytes())
        digest.update(b"\0")  # so that parts cannot run into each other
    return digest.hexdigest()[:16]


def faithfulness(state: State) -> Faithfulness:
    """The figures kept for a dataset, or an empty table that says how to make them."""
    tests = read_tests(state.dataset, state.workspace)
    command = f"recengine evaluate {state.dataset.name} --explanations"
    return faithfulness_of(tests or {"rankers": {}, "rows": [], "made_with": command})


def faithfulness_of(tests: Mapping[str, Any]) -> Faithfulness:
    """Kept results as an answer."""
    table = pd.DataFrame(tests["rows"], columns=COLUMNS)
    protocols = sorted({told["protocol"] for told in tests["rankers"].values()})
    return Faithfulness(
        table=table,
        metrics={name: measure.meaning for name, measure in MEASURES.items()},
        better={name: measure.better for name, measure in MEASURES.items()},
        people={name: told["people"] for name, told in tests["rankers"].items()},
        protocol=" | ".join(protocols),
        made_with=tests["made_with"],
        sentence=_verdict(table, tests["rankers"]),
    )


def _verdict(table: pd.DataFrame, rankers: Mapping[str, Any]) -> str:
    if table.empty:
        return "Nobody has tested the explanations on this data yet."
    told = []
    for name, facts in rankers.items():
        own = table[(table["ranker"] == name) & (table["metric"] == "faithfulness")]
        own = own[~own["control"].astype(bool)].sort_values("value", ascending=False)
        passed = own[own["trusted"].astype(bool)]["label"].tolist()
        beat = f"{listed(passed)} beat" if len(passed) > 1 else f"{listed(passed)} beats"
        told.append(f"{facts['label']}: {beat if passed else 'nothing beats'} the recency control")
    return "; ".join(told) + "."


def _row(tests: Mapping[str, Any], ranker: str, method: str) -> dict[str, Any] | None:
    return next(
        (
            row
            for row in tests["rows"]
            if (row["ranker"], row["method"], row["metric"]) == (ranker, method, "faithfulness")
        ),
        None,
    )


def _sentence(row: Mapping[str, Any], control: Mapping[str, Any], people: int) -> str:
    figures = f"{row['value']:.2f} of 1, the recency control {control['value']:.2f}"
    if row["trusted"]:
        return (
            f"Tested on {people:,} people: what it names first moves the item more than the last "
            f"events do ({figures})."
        )
    return (
        f"Tested on {people:,} people: what it names first does not move the item more than "
        f"simply the last events do ({figures}), so take it as a hint only."
    )
