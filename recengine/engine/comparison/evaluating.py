"""Measure rankers on held-out choices, one after the other, and keep what came out.

Every ranker's results are written as soon as it is done, beside those of earlier runs; one that was
measured before under the same circumstances is not measured again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch

from recengine.data.dataset import Dataset
from recengine.data.devices import AUTO, find_device
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.engine.comparison.contestants import Contestants, check_seeds, seeded, settings_of
from recengine.engine.comparison.leaderboard import differences_to, leaderboard_of, order_of
from recengine.engine.comparison.measurements import (
    SLICE_COLUMNS,
    Measurements,
    read_measurements,
    write_measurements,
)
from recengine.engine.comparison.recording import figure_row, with_answers, with_slices
from recengine.engine.comparison.results import Leaderboard
from recengine.engine.opening import fit_data
from recengine.engine.workshop import circumstances
from recengine.errors import UnknownNameError
from recengine.evaluation.background import Background, background_of
from recengine.evaluation.metrics import METRICS
from recengine.evaluation.protocols import find_protocol
from recengine.evaluation.ranking import Answers, answers_of, moved_to
from recengine.evaluation.slices import Slice, slices_of
from recengine.evaluation.summary import summarise
from recengine.evaluation.temperature import learnt_temperature
from recengine.models import MODELS
from recengine.models.base import FitData

BY_SEED = ("seconds", "temperature")  # facts that another seed makes others


def evaluate_rankers(
    dataset_name: str,
    rankers: Sequence[str],
    workspace: Workspace,
    *,
    protocol: str = "P-A",
    seeds: Sequence[int] = (0,),
    against: str = "",
    again: bool = False,
    device: str = AUTO,
    progress: Progress = silent,
) -> Leaderboard:
    """Measure rankers on held-out items, and keep the figures for the dashboard.

    Trained rankers are trained once per seed, unless that was done before.

    Args:
        dataset_name: built-in, or the path of one's own.
        rankers: which ones; none for all that are not slow and find what they need in the data.
            Those measured earlier stay on the leaderboard.
        workspace: where results are kept.
        protocol: the rules.
        seeds: trained rankers are trained with each.
        against: the ranker that the others are compared with; "" chooses one.
        again: measure also what was measured before under the same circumstances.
        device: where to train and to score: "cpu", "cuda" or "auto", which is CUDA where there is
            one.
        progress: told about the slow parts.

    Raises:
        UnknownNameError: unknown ranker or protocol, or `against` is not among the measured.
        ConfigError: no seeds, the same one twice, or the device is not there.
        DataError: the dataset is too small for the protocol.
        TrainingError: a ranker gives scores that are not numbers.
    """
    rules, place = find_protocol(protocol), find_device(device)
    for name in (*rankers, *([against] if against else [])):
        if name not in MODELS:
            raise UnknownNameError("ranker", name, MODELS)
    check_seeds(seeds)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = rules.split(dataset)
    data, text_fingerprint = fit_data(dataset, split, workspace, progress)
    course = _Course(data, split, protocol, text_fingerprint, workspace, progress, place)
    made_with = (
        f"recengine evaluate {dataset_name} --protocol {protocol} "
        f"--seeds {','.join(map(str, seeds))}"
    )
    measured = course.earlier(made_with)
    chosen = rankers or usual_rankers(dataset)
    if against and against not in (compared := {**dict.fromkeys(chosen), **measured.rankers}):
        raise UnknownNameError("measured ranker", against, compared)
    for name in chosen:
        key = course.key(name, seeds)
        if again or measured.rankers.get(name, {}).get("key") != key:
            facts = {"key": key, "made_with": f"{made_with} --ranker {name}"}
            measured = course.measure(measured, name, course.seeds_of(name, seeds), facts)
            write_measurements(measured, workspace)
    return leaderboard_of(measured, against)


def usual_rankers(dataset: Dataset) -> list[str]:
    """Rankers that are measured where nobody names any."""
    rated = not np.isnan(dataset.log.values).all()
    return [
        name
        for name, model in MODELS.items()
        if not model.slow and (rated or not model.needs_ratings)
    ]


@dataclass
class _Course:
    """What all rankers of one evaluation have in common."""

    data: FitData
    split: Split
    protocol: str
    text_fingerprint: str
    workspace: Workspace
    progress: Progress
    device: torch.device

    def __post_init__(self) -> None:
        self.reader = HistoryReader(self.split.log, self.data.dataset.profiles)
        self._contestants: dict[int, Contestants] = {}
        self._background: Background | None = None
        self._slices: list[Slice] | None = None

    def seeds_of(self, name: str, seeds: Sequence[int]) -> Sequence[int]:
        """The seeds that give rankers of their own."""
        every = seeded(name, self.data.dataset.name, self.workspace)
        return seeds if every else seeds[:1]

    def key(self, name: str, seeds: Sequence[int]) -> str:
        """The same if nothing that decides a ranker's places has changed.

        So results from before probabilities were scaled by a temperature stay as they are.
        """
        facts = {
            "data": self.data.dataset.fingerprint,
            "text": self.text_fingerprint,
            "protocol": self.split.description,
            "settings": settings_of(name, self.data, self.split, self.workspace),
            "seeds": list(self.seeds_of(name, seeds)),
            "metrics": list(METRICS),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

    def earlier(self, made_with: str) -> Measurements:
        """Results of the same data under the same rules, or none yet."""
        facts = {
            "dataset": self.data.dataset.name,
            "protocol": self.protocol,
            "description": self.split.description,
            "questions": len(self.split.test),
            "people": len(np.unique(self.split.test.users)),
            "data_fingerprint": self.data.dataset.fingerprint,
        }
        kept = read_measurements(self.data.dataset.name, self.protocol, self.workspace)
        facts_now = {**facts, "made_with": made_with}
        if kept is None or any(kept.facts.get(name) != fact for name, fact in facts.items()):
            slices = pd.DataFrame(columns=SLICE_COLUMNS)
            return Measurements(facts_now, {}, [], [], slices, None)
        return Measurements(
            facts_now, kept.rankers, kept.rows, kept.differences, kept.slices, kept.answers
        )

    def measure(
        self,
        measured: Measurements,
        name: str,
        seeds: Sequence[int],
        facts: Mapping[str, Any],
    ) -> Measurements:
        """The same results with one ranker measured anew."""
        per_seed, made = [], []
        for seed in seeds:
            answers, how = self._asked(name, seed)
            per_seed.append(answers)
            made.append(how)
        figures = summarise(per_seed, self.background, self.split.test.users)
        seconds = round(float(np.mean([how["seconds"] for how in made])), 2)
        label = made[0]["label"]
        rows = [row for row in measured.rows if row["ranker"] != name]
        rows += [figure_row(name, label, figure, seconds) for figure in figures]
        told = {
            "label": label,
            **facts,
            "seeds": list(seeds),
            "seconds": seconds,
            "temperatures": [how["temperature"] for how in made],
            "text_fingerprint": self.text_fingerprint,
            **{key: fact for key, fact in made[0].items() if key not in BY_SEED},
            **circumstances(self.device),
        }
        measured = Measurements(
            measured.facts,
            {**measured.rankers, name: told},
            rows,
            [],
            with_slices(measured.slices, name, per_seed, self.slices, self.split.test),
            with_answers(measured.answers, name, per_seed, figures, self.split.test),
        )
        return _with_differences(measured)

    def _asked(self, name: str, seed: int) -> tuple[Answers, dict[str, Any]]:
        """What one ranker answers to the test questions, and how it was made."""
        ranker, how = self._fitted(seed).enter(name)
        candidates, length = self.split.candidates, ranker.events_read
        with moved_to(ranker, self.device) as there:
            temperature = learnt_temperature(
                there,
                self.reader,
                self.split.validation,
                candidates,
                max_length=length,
                progress=self.progress,
            )
            answers = answers_of(
                there,
                self.reader,
                self.split.test,
                candidates,
                max_length=length,
                temperature=temperature,
                progress=self.progress,
            )
        return answers, {"label": ranker.label, "temperature": temperature, **how}

    def _fitted(self, seed: int) -> Contestants:
        if seed not in self._contestants:
            self._contestants[seed] = Contestants(
                self.data,
                self.split,
                self.protocol,
                seed,
                self.text_fingerprint,
                self.workspace,
                self.progress,
                device=self.device,
            )
        return self._contestants[seed]

    @property
    def background(self) -> Background:
        """Computed when the first ranker is measured."""
        if self._background is None:
            self._background = background_of(self.data, self.split)
        return self._background

    @property
    def slices(self) -> list[Slice]:
        """Computed when the first ranker is measured."""
        if self._slices is None:
            self._slices = slices_of(self.data, self.split)
        return self._slices


def _with_differences(measured: Measurements) -> Measurements:
    """Paired differences of the best ranker to every other, for those who read the figures only."""
    best = order_of(measured)[0]
    to_best = differences_to(measured, best)
    rows = [
        {
            "ranker": best,
            "against": row.ranker,
            "metric": row.metric,
            "value": -row.difference,
            "low": -row.diff_high,
            "high": -row.diff_low,
            "p_holm": row.p_holm,
        }
        for row in to_best.itertuples()
    ]
    return Measurements(
        measured.facts, measured.rankers, measured.rows, rows, measured.slices, measured.answers
    )
