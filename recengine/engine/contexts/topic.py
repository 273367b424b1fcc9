"""Which features of the moment matter: read from a file of results, which a command writes.

<dataset>-contexts.json     figures of one ranker, with how they were measured
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recengine.data.workspace import read_json
from recengine.engine.assets import results_file
from recengine.engine.contexts.results import ContextImportance
from recengine.engine.state import State
from recengine.engine.wording import listed
from recengine.errors import StorageError

RESULTS = "contexts"  # what such a file is called after its dataset
FEATURE_COLUMNS = [
    "feature", "label", "value", "low", "high", "shuffled", "shuffled_low", "shuffled_high",
    "alone", "alone_low", "alone_high", "gate", "verdict",
]  # fmt: skip
OVERALL_COLUMNS = ["way", "value", "low", "high"]
TRUTH_COLUMNS = ["name", "mean", "low", "high"]
MATTERS, MISLEADS, NOISE = "matters", "misleads", "no difference we can trust"


class Contexts:
    """What is known about the moment's part in recommendations."""

    def __init__(self, state: State) -> None:
        self._state = state

    def importance(self) -> ContextImportance:
        """Which features matter, as measured; without figures the tables are empty.

        Raises:
            StorageError: the file of results is damaged.
        """
        dataset = self._state.dataset
        name = dataset.name
        path = results_file(name, RESULTS, self._state.workspace, dataset.fingerprint)
        if path is None:
            return not_measured(name)
        try:
            return importance_of(read_json(path))
        except (KeyError, TypeError) as error:
            raise StorageError(
                f"{path} lacks {error}. Delete it, then: recengine evaluate {name} --contexts"
            ) from error


def not_measured(dataset_name: str) -> ContextImportance:
    """What stands where figures would be."""
    return ContextImportance(
        features=pd.DataFrame(columns=FEATURE_COLUMNS),
        overall=pd.DataFrame(columns=OVERALL_COLUMNS),
        truth=pd.DataFrame(columns=TRUTH_COLUMNS),
        protocol="",
        made_with=f"recengine evaluate {dataset_name} --contexts",
        sentence="Nobody has measured yet what the moment is worth on this data.",
    )


def importance_of(content: Mapping[str, Any]) -> ContextImportance:
    """The record of a file of results."""
    features = pd.DataFrame(content["features"], columns=FEATURE_COLUMNS[:-1])
    features["gate"] = features["gate"].astype(float)
    features["verdict"] = [verdict_of(row.low, row.high) for row in features.itertuples()]
    features = features.sort_values("value", ascending=False, kind="stable")
    overall = pd.DataFrame(content["overall"], columns=OVERALL_COLUMNS)
    facts = content["facts"]
    return ContextImportance(
        features=features.reset_index(drop=True),
        overall=overall,
        truth=pd.DataFrame(content["truth"], columns=TRUTH_COLUMNS),
        protocol=(
            f"{facts['description']}; {facts['people']:,} people asked, each in the moment of the "
            f"held-out choice"
        ),
        made_with=facts["made_with"],
        sentence=sentence_of(features, overall),
    )


def verdict_of(low: float, high: float) -> str:
    """What an interval of a loss comes to."""
    return MATTERS if low > 0 else MISLEADS if high < 0 else NOISE


def sentence_of(features: pd.DataFrame, overall: pd.DataFrame) -> str:
    """The answer in one sentence."""
    gain = overall.set_index("way").loc["gain"]
    verdict = verdict_of(gain["low"], gain["high"])
    unknown = float(overall.set_index("way").loc["unknown", "value"])
    share = gain["value"] / unknown if unknown else 0.0
    if verdict == NOISE:
        return "Knowing the moment makes no difference we can trust to what is found here."
    if verdict == MISLEADS:
        return f"Knowing the moment makes the lists worse here, by {-share:.0%}."
    start = f"Knowing the moment makes the lists {share:.0%} better"
    named = [f"“{label}”" for label in features.loc[features["verdict"] == MATTERS, "label"]]
    if not named:
        return f"{start}; no single feature stands out from the others by more than chance."
    verb = "matters" if len(named) == 1 else "matter"
    return f"{start}; {listed(named)} {verb} beyond chance."
