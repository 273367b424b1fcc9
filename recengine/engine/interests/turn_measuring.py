"""How far turning points can be trusted: measured on one dataset, kept as a file of results.

Where the truth is known (the simulated shop), what is found is held against it and against the
ceiling of somebody who knows everything but the place. Anywhere else it is counted how often a
turn is found in histories whose events are shuffled, and so have none.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from recengine import __version__
from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.storefront import NAME as STOREFRONT
from recengine.data.storefront import StorefrontConfig, StorefrontTruth, storefront_truth
from recengine.data.storefront.turn_ceiling import best_guesses
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import results_file, safe_name
from recengine.interests.shares import complete_categories
from recengine.interests.turn_quality import TrueTurn, compare_turns
from recengine.interests.turns import FEW_EVENTS, MIN_EVENTS, turning_points
from recengine.interests.usual import UsualTaste, usual_taste

RESULTS = "turns"  # in the name of the file
TOLERANCES = (3, 5, 10)  # events beside the truth that still count as found
STEPS_PER_REPORT = 50


def measure_turns(
    name_or_path: str,
    workspace: Workspace,
    *,
    people: int = 0,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Find turns for many people, judge them, and keep the figures.

    Args:
        name_or_path: a dataset.
        workspace: where the figures go.
        people: how many, drawn at random; 0 for everybody with enough events.
        seed: of the draw and the shuffles.
        progress: told about every few people.
    """
    dataset = load_dataset(name_or_path, workspace, progress=progress)
    rng = np.random.default_rng(seed)
    asked = np.flatnonzero(dataset.log.lengths >= MIN_EVENTS)
    if people and people < len(asked):
        asked = np.sort(rng.choice(asked, people, replace=False))
    finder = _Finder(dataset)
    found, shuffled = {}, {}
    for number, user in enumerate(asked.tolist(), start=1):
        found[user] = finder.steps(user)
        shuffled[user] = finder.steps(user, rng)
        if number % STEPS_PER_REPORT == 0 or number == len(asked):
            progress("Looking for turns", number, len(asked))
    result = {
        "dataset": dataset.name,
        "data_fingerprint": dataset.fingerprint,
        "made_with": __version__,
        "seed": seed,
        "people": len(asked),
        "with_turn": _share(found),
        "with_turn_if_shuffled": _share(shuffled),
        "against_truth": [],
    }
    if dataset.name.split(":")[0] == STOREFRONT:
        truth = storefront_truth(StorefrontConfig.from_name(dataset.name))
        result["against_truth"] = _against_truth(truth, found)
    folder = workspace.folder("results")
    write_json(folder / f"{safe_name(dataset.name)}-{RESULTS}.json", result)
    return result


def measured_turns(
    dataset_name: str, workspace: Workspace, fingerprint: str = ""
) -> dict[str, Any] | None:
    """The figures of `measure_turns`, one's own or those that come along; None without.

    With the fingerprint of the data, figures about other data of that name do not count.
    """
    path = results_file(dataset_name, RESULTS, workspace, fingerprint)
    found = None if path is None else read_json(path)
    mine = found is None or not fingerprint or found["data_fingerprint"] == fingerprint
    return found if mine else None


class _Finder:
    """Finds turns, in histories as they are or in shuffled ones."""

    def __init__(self, dataset: Dataset) -> None:
        self.log = dataset.log
        self.categories, _ = complete_categories(dataset.category_shares, dataset.categories)
        codes = [feature.num_codes for feature in dataset.context_features]
        self.usual: UsualTaste = usual_taste(self.log, self.categories, codes)

    def steps(self, user: int, shuffle: np.random.Generator | None = None) -> list[int]:
        """Steps (from 1) at which the taste turned."""
        span = self.log.span(user)
        rows = np.arange(span.start, span.stop)
        if shuffle is not None:
            shuffle.shuffle(rows)
        chosen = self.categories[self.log.items[rows] - 1]
        turns = turning_points(chosen, self.log.contexts[rows], self.usual)
        return [turn.step for turn in turns]


def _share(found: Mapping[int, list[int]]) -> float:
    """Part of the people with at least one turn."""
    return sum(map(bool, found.values())) / max(1, len(found))


def _against_truth(truth: StorefrontTruth, found: Mapping[int, list[int]]) -> list[dict[str, Any]]:
    """One row per group of people and tolerance."""
    turns = true_turns(truth)
    lengths = truth.dataset.log.lengths
    users, steps, guesses = best_guesses(truth)
    apart = dict(zip(users.tolist(), np.abs(steps - guesses).tolist(), strict=True))
    long = {user for user in found if lengths[user] >= FEW_EVENTS}
    jumping = {user for user in found if all(turn.sudden for turn in turns.get(user, ()))}
    groups = {
        "all": set(found),
        "no slow change": jumping,
        f"at least {FEW_EVENTS} events": long,
        f"at least {FEW_EVENTS} events, no slow change": long & jumping,
    }
    rows = []
    for group, members in groups.items():
        ceiling = [apart[user] for user in members if user in apart]
        for tolerance in TOLERANCES:
            judged = compare_turns({user: found[user] for user in members}, turns, tolerance)
            rows.append(
                {
                    "group": group,
                    "tolerance": tolerance,
                    "people": judged.people,
                    "jumps": judged.jumps,
                    "found": judged.turns,
                    "recall": _or_none(judged.recall),
                    "precision": _or_none(judged.precision),
                    "strict_precision": _or_none(judged.strict_precision),
                    "ceiling": float(np.mean(np.array(ceiling) <= tolerance)) if ceiling else None,
                }
            )
    return rows


def _or_none(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if np.isnan(value) else value


def true_turns(truth: StorefrontTruth) -> dict[int, list[TrueTurn]]:
    """What really happened, by user index."""
    dataset = truth.dataset
    turns: dict[int, list[TrueTurn]] = {}
    table: pd.DataFrame = truth.interests.log(np.asarray(dataset.user_ids))
    for row in table.itertuples():
        user = dataset.user_index(str(row.user_id))
        times = dataset.log.times[dataset.log.span(user)]
        end = row.step if row.kind == "jump" else int(np.searchsorted(times, row.end))
        turns.setdefault(user, []).append(TrueTurn(1 + int(row.step), 1 + int(end)))
    return turns
