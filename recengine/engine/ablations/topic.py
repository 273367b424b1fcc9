"""What each part of the unified ranker is worth: read from results, which a command writes.

<dataset>-ablations.json     figures by part, with how they were measured
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, read_json
from recengine.engine.ablations.parts import ARMS, DYNAMIC, PARTS, parts_of
from recengine.engine.ablations.results import COLUMNS, AblationStudy
from recengine.engine.assets import results_file
from recengine.engine.paired import BETTER, HITS, NDCG, NEARNESS, NOISE, judged
from recengine.engine.state import State
from recengine.engine.wording import listed
from recengine.errors import StorageError

RESULTS = "ablations"  # what such a file is called after its dataset
METRICS = (NDCG, HITS, NEARNESS)
_NOTHING = "no difference we can trust to the first ten"


class Ablations:
    """What is known about the worth of the ranker's parts."""

    def __init__(self, state: State) -> None:
        self._state = state

    def study(self) -> AblationStudy:
        """What was measured on this very data; without figures the table is empty.

        Raises:
            StorageError: the file of results is damaged.
        """
        dataset = self._state.dataset
        content = kept_content(dataset, self._state.workspace)
        if content is None:
            return not_measured(dataset)
        try:
            return study_of(content, dataset)
        except (KeyError, TypeError) as error:
            raise StorageError(
                f"The file of results {dataset.name}-{RESULTS}.json lacks {error}. "
                f"Delete it, then: {_command(dataset)}"
            ) from error


def kept_content(dataset: Dataset, workspace: Workspace) -> dict[str, Any] | None:
    """The file of results of this very data; None if there is none.

    Raises:
        StorageError: the file is damaged.
    """
    path = results_file(dataset.name, RESULTS, workspace, dataset.fingerprint)
    content = {} if path is None else read_json(path)
    return content if content.get("data_fingerprint") == dataset.fingerprint else None


def not_measured(dataset: Dataset) -> AblationStudy:
    """What stands where figures would be."""
    return AblationStudy(
        table=pd.DataFrame(columns=COLUMNS),
        missing=tuple(part.label for part in parts_of(dataset)),
        kept=(),
        sentence="Nobody has measured yet what the parts of the ranker are worth on this data.",
        protocol="",
        made_with="",
        command=_command(dataset),
        facts={},
    )


def study_of(content: Mapping[str, Any], dataset: Dataset) -> AblationStudy:
    """The record of a file of results."""
    kept = {name: content["parts"][name] for name in PARTS if name in content["parts"]}
    rows = [
        {
            **row,
            "part": name,
            "label": PARTS[name].label,
            "arm": ARMS[PARTS[name].arms[0]],
            "against": ARMS[PARTS[name].arms[1]],
            "seeds": max(1, len(each["facts"]["seeds"])),
        }
        for name, each in kept.items()
        for row in each["rows"]
    ]
    table = judged(pd.DataFrame(rows), ["metric"])[COLUMNS]
    facts = {name: each["facts"] for name, each in kept.items()}
    validated = tuple(facts[DYNAMIC.name]["kept"]) if DYNAMIC.name in facts else ()
    commands = dict.fromkeys(each["made_with"] for each in facts.values())
    return AblationStudy(
        table=table,
        missing=tuple(part.label for part in parts_of(dataset) if part.name not in kept),
        kept=validated,
        sentence=sentence_of(table, validated),
        protocol=(
            f"{content['description']}; {content['people']:,} people asked, each in the moment of "
            f"the held-out choice"
        ),
        made_with=" and ".join(commands),
        command=_command(dataset),
        facts=facts,
    )


def sentence_of(table: pd.DataFrame, kept: Sequence[bool]) -> str:
    """What wins, what is noise, and whether bending items is among them.

    Args:
        table: as in `AblationStudy`.
        kept: in which trainings validation kept the dynamic part.
    """
    effects = _effects(table)
    dynamic = effects.pop(DYNAMIC.name, None)
    clauses = [f"{PARTS[name].doing} {effect}" for name, effect in effects.items() if effect]
    noise = [PARTS[name].doing for name, effect in effects.items() if not effect]
    if noise:
        verb = "makes" if len(noise) == 1 else "make"
        clauses.append(f"{listed(noise)} {verb} {_NOTHING}")
    told = "; ".join(clauses)
    sentences = [f"{told[0].upper()}{told[1:]}."] if told else []
    if dynamic is not None:
        wins = (table["part"] == DYNAMIC.name) & (table["metric"] == NDCG)
        verdict = "wins" if (table.loc[wins, "verdict"] == BETTER).all() else "does not win here"
        does = f"{DYNAMIC.doing} {dynamic or f'makes {_NOTHING}'}"
        sentences.append(f"The dynamic part {verdict}: {does}{_validated(kept)}.")
    return " ".join(sentences)


def _effects(table: pd.DataFrame) -> dict[str, str]:
    """What each part does, as the rest of a sentence; empty if that may be chance."""
    lists = table[table["metric"] == NDCG].set_index("part")
    places = table[table["metric"] == NEARNESS].set_index("part")
    return {str(part): _effect(lists.loc[part], places.loc[part]) for part in lists.index}


def _effect(lists: pd.Series, places: pd.Series) -> str:
    if lists["verdict"] != NOISE:
        share = lists["difference"] / lists["against_value"] if lists["against_value"] else 0.0
        return f"makes the lists {_percent(abs(share))} {lists['verdict']}"
    if places["verdict"] == NOISE:
        return ""
    moved = 1 - np.exp(-places["difference"])  # the usual place, as a share of it
    end = "nearer to the top" if places["verdict"] == BETTER else "away from the top"
    return f"moves held-out items {_percent(abs(moved))} {end}, but makes {_NOTHING}"


def _validated(kept: Sequence[bool]) -> str:
    if not any(kept):
        return "; validation left it off"
    if all(kept):
        return "; validation kept it"
    return f"; validation kept it in {sum(kept)} of {len(kept)} trainings"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.1%}"


def _command(dataset: Dataset) -> str:
    return f"recengine evaluate {dataset.name} --ablations"
