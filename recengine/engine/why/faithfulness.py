"""Test the methods of explanation for some rankers of a dataset, and keep what came out.

    <dataset>-explanations.json    figures, and how each ranker was tested

Every ranker's results are written as soon as it is done, beside those of earlier runs; one that was
tested before under the same circumstances is not tested again, and a test that was stopped, or that
shall have more people, goes on with those who were not asked yet.

Axes: person, method.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Questions, Split
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import safe_name
from recengine.engine.opening import fit_data
from recengine.engine.rankers import TRAINED, Rankers
from recengine.engine.why.figures import rows_of
from recengine.engine.why.results import Faithfulness
from recengine.engine.why.trust import EXPLANATIONS, faithfulness_of, identity_of, read_tests
from recengine.engine.workshop import circumstances
from recengine.errors import ConfigError, DataError, StorageError, UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.explanations import Method, Question, methods_for
from recengine.explanations.attribution import reads_history
from recengine.explanations.controls import CONTROLS
from recengine.explanations.faithfulness import RECORDED, Rivals, measures_of
from recengine.explanations.randomised import randomised
from recengine.explanations.true_cause import TrueCauses
from recengine.models import MODELS
from recengine.models.base import Ranker

PEOPLE = 100
FEWEST_EVENTS = 6  # with fewer there is nothing to choose between
MOST_EVENTS = 30  # last events read; the bounds take as many scorings per event
SAVED_EVERY = 5  # people, so that a run that is stopped goes on where it was
RULES = (
    "why the item stands first that the ranker puts first, in the moment of the choice that was "
    f"held out (P-A), from the last {MOST_EVENTS} events; 95 % intervals over people, paired with "
    "the recency control"
)


def evaluate_explanations(
    dataset_name: str,
    rankers: Sequence[str],
    workspace: Workspace,
    *,
    people: int = PEOPLE,
    again: bool = False,
    progress: Progress = silent,
) -> Faithfulness:
    """Test the methods that apply to each ranker, and keep the figures for the badges.

    Args:
        dataset_name: built-in, or the path of one's own.
        rankers: which ones, ready to score; none means all that are ready and look at a history.
        workspace: where results are kept.
        people: how many are asked, drawn at random (always the same ones).
        again: test also what was tested before under the same circumstances.
        progress: told how many people were asked.

    Raises:
        UnknownNameError: a ranker that is unknown or not ready.
        ConfigError: fewer than two people, or a ranker that ignores the history.
        DataError: too few people have enough events.
    """
    if people < 2:
        raise ConfigError(f"people={people} must be 2 or more, so that there is an interval.")
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    data, _ = fit_data(dataset, split, workspace, progress)
    ready = Rankers(data, workspace, progress)
    for name in rankers:
        if name not in ready:
            raise UnknownNameError("ranker that is ready", name, ready)
        if not reads_history(MODELS[name]):
            raise ConfigError(
                f"The ranker {name!r} ignores the history, so there is nothing to test. Choose "
                f"one that looks at it."
            )
    course = _Course(ready, split, _drawn(split, people), again, progress)
    command = f"recengine evaluate {dataset_name} --explanations --people {people}"
    tests = course.earlier(read_tests(dataset, workspace), command)
    for name in rankers or [each for each in ready if reads_history(MODELS[each])]:
        key = course.key(name)
        if again or tests["rankers"].get(name, {}).get("key") != key:
            tests = course.test(
                tests, name, {"key": key, "made_with": f"{command} --ranker {name}"}
            )
            stem = f"{safe_name(dataset.name)}-{EXPLANATIONS}"
            write_json(workspace.folder("results") / f"{stem}.json", tests)
    return faithfulness_of(tests)


def _drawn(split: Split, people: int) -> Questions:
    """Questions of people with enough events; the same ones at each call, more at the end."""
    enough = np.flatnonzero(split.test.stops - split.test.starts >= FEWEST_EVENTS)
    if len(enough) < 2:
        raise DataError(
            f"Only {len(enough)} people have {FEWEST_EVENTS} events or more before the last one, "
            f"too few to test explanations. Bring longer histories."
        )
    order = np.random.default_rng(0).permutation(len(enough))
    return split.test.take(enough[order[:people]])


@dataclass
class _Course:
    """What the tests of all rankers have in common."""

    ready: Rankers
    split: Split
    questions: Questions
    again: bool
    progress: Progress

    def __post_init__(self) -> None:
        dataset = self.ready.data.dataset
        self.reader = HistoryReader(self.split.log, dataset.profiles)
        self.truth = TrueCauses(dataset) if TrueCauses.known_for(dataset) else None

    @property
    def protocol(self) -> str:
        """How it is measured, in one sentence."""
        return f"{len(self.questions)} people; {RULES}"

    def key(self, name: str, *, of_person: bool = False) -> str:
        """The same if nothing that decides the figures of a ranker, or of a person, has changed."""
        facts = {
            "data": self.ready.data.dataset.fingerprint,
            "ranker": identity_of(self.ready[name]),
            "protocol": RULES if of_person else self.protocol,
            "methods": [method.name for method in self._methods(self.ready[name])],
            "measures": list(RECORDED),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

    def earlier(self, kept: Mapping[str, Any] | None, command: str) -> dict[str, Any]:
        """Results of the same data, or none yet."""
        dataset = self.ready.data.dataset
        facts = {
            "dataset": dataset.name,
            "data_fingerprint": dataset.fingerprint,
            "made_with": command,
        }
        if kept is None:
            return {**facts, "rankers": {}, "rows": []}
        return {**facts, "rankers": dict(kept["rankers"]), "rows": list(kept["rows"])}

    def test(self, tests: dict[str, Any], name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The same results with one ranker tested anew."""
        ranker = self.ready[name]
        methods = self._methods(ranker)
        figures = self._figures(name, methods)
        told = {
            "label": ranker.label,
            **facts,
            "identity": identity_of(ranker),
            "people": len(self.questions),
            "protocol": self.protocol,
            **circumstances(),
        }
        values = {
            name: np.array([[each[m.name][name] for m in methods] for each in figures])
            for name in RECORDED
        }
        rows = [row for row in tests["rows"] if row["ranker"] != name]
        return {
            **tests,
            "rankers": {**tests["rankers"], name: told},
            "rows": rows + rows_of(name, methods, values),
        }

    def _figures(self, name: str, methods: Sequence[Method]) -> list[dict[str, dict[str, float]]]:
        """Measures of each person; those of people who were asked before are kept."""
        ranker, users = self.ready[name], [str(user) for user in self.questions.users]
        rivals = Rivals(randomised(ranker), self._reseeded(name), self.truth)
        path = self.ready.workspace.folder("testing") / f"{self.key(name, of_person=True)}.json"
        kept = {} if self.again else _kept(path)
        for row, user in enumerate(users):
            self.progress(f"Testing explanations of {ranker.label}", row, len(users))
            if user not in kept:
                kept[user] = measures_of(self._question(ranker, row), methods, rivals)
                if len(kept) % SAVED_EVERY == 0 or row == len(users) - 1:
                    write_json(path, kept)
        return [kept[user] for user in users]

    @staticmethod
    def _methods(ranker: Ranker) -> list[Method]:
        return [*methods_for(ranker), *CONTROLS.values()]

    def _question(self, ranker: Ranker, row: int) -> Question:
        asked = self.questions.take(np.array([row]))
        stop = int(asked.stops[0])
        history = self.reader.read(
            asked.users,
            asked.starts,
            asked.stops,
            max_length=min(MOST_EVENTS, ranker.events_read),
            request=self.split.log.contexts[stop][None],
        ).of_nobody()  # what is left out must be able to move the score; see whatif.py
        candidates = torch.from_numpy(self.split.candidates.copy())
        seen = self.split.log.items[int(asked.starts[0]) : stop].astype(np.int64)
        candidates[torch.from_numpy(seen)] = False
        with torch.inference_mode():
            scores = ranker.score(history)[0].masked_fill(~candidates, -torch.inf)
        return Question(ranker, history, int(scores.argmax()), candidates)

    def _reseeded(self, name: str) -> Ranker | None:
        """The same ranker trained with another seed, if an evaluation left one."""
        if name not in TRAINED:
            return None
        stem = f"{safe_name(self.ready.data.dataset.name)}-{name}-P-A-seed"
        own = identity_of(self.ready[name])
        for path in sorted(self.ready.workspace.folder("rankers").glob(f"{stem}*.safetensors")):
            other, _ = self.ready.load(path)
            if identity_of(other) != own:
                return other
        return None


def _kept(path: Path) -> dict[str, dict[str, dict[str, float]]]:
    """What earlier runs have found out, by user index."""
    try:
        kept: dict[str, dict[str, dict[str, float]]] = read_json(path)
    except StorageError:  # not there, or damaged
        return {}
    return kept
