"""Measure forecasters on a stretch of time that nothing they are made of has seen.

The ranker is trained, every forecaster fitted and calibrated before one moment; then people's
future after it is asked.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from recengine import __version__
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, global_temporal, temporal_cuts
from recengine.data.workspace import Workspace
from recengine.engine.assets import safe_name
from recengine.engine.comparison.contestants import Contestants
from recengine.engine.forecasts.figures import with_figures
from recengine.engine.forecasts.forecasters import people_with_time, views_of
from recengine.engine.forecasts.measured import ForecastBoard, read_board, write_board
from recengine.engine.opening import fit_data
from recengine.engine.workshop import circumstances
from recengine.errors import DataError, UnknownNameError
from recengine.evaluation.asking import mask_seen
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import UNITS, Horizons, Unit
from recengine.interests.forecasting.fitting import FitConfig, fit
from recengine.interests.forecasting.judging import (
    LISTED,
    Exam,
    Verdict,
    judge,
    relevant_items,
    share_factors,
)
from recengine.interests.forecasting.persistence import Persistence
from recengine.interests.forecasting.reading import interest_sequences
from recengine.interests.forecasting.task import MIN_QUESTIONS, PER_PERSON, ForecastTask
from recengine.models.base import FitData, InterestModel
from recengine.models.unified import Unified
from recengine.training.fitting import Recipe
from recengine.training.unified import UnifiedRecipe

QUANTILE = 0.8  # share of the events before the test stretch, and of those before validation
RANKER_EPOCHS = (2, 6)  # fewest and most
RANKER_EVENTS = 1_200_000  # that the training of the ranker reads between them
VALIDATION_USERS = 500  # that the ranker's training asks after each epoch
MAX_QUESTIONS = 300  # in each unit
RULES = (
    f"Events before one moment ({QUANTILE:.0%} of them) train the ranker, fit the forecaster and "
    f"calibrate it, the last {1 - QUANTILE:.0%} of those only validate; people with events on "
    f"several days are asked for what they did after that moment"
)


def evaluate_forecasts(
    dataset_name: str,
    workspace: Workspace,
    *,
    methods: Sequence[str] = (),
    ranker: str = Unified.name,
    epochs: int = 0,
    seed: int = 0,
    read_text: bool = True,
    again: bool = False,
    progress: Progress = silent,
) -> ForecastBoard:
    """Measure forecasters by what people did later, and keep the figures for the dashboard.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where results are kept.
        methods: which forecasters; all if left out. Persistence is always measured, as the others
            are compared with it.
        ranker: whose interest vectors.
        epochs: of the ranker's training on the events before the cut; 0 for 2 to 6, by the size
            of the log: good vectors are enough.
        seed: of everything random.
        read_text: False for a ranker that works from ids alone, without the language model.
        again: measure also what was measured before under the same circumstances.
        progress: told about the slow parts.

    Raises:
        UnknownNameError: no such forecaster.
        DataError: too few people have a past before the cut and a future after it.
    """
    for name in methods:
        if name not in FORECASTERS:
            raise UnknownNameError("forecaster", name, FORECASTERS)
    course = _Course.opened(
        dataset_name, ranker, epochs, seed, workspace, progress, read_text=read_text
    )
    board = course.earlier()
    persistence: dict[Unit, Verdict] = {}
    asked = (Persistence.name, *(n for n in methods or FORECASTERS if n != Persistence.name))
    for name in asked:
        if not again and name != Persistence.name and name in board.methods:
            continue
        how, verdicts = course.verdicts(name)
        persistence = persistence or verdicts
        people = {unit: exam.people for unit, exam in course.exams.items()}
        board = with_figures(board, name, how, verdicts, persistence, people)
        write_board(board, workspace)
    return board


@dataclass(frozen=True)
class _Course:
    """What all forecasters of one evaluation have in common."""

    task: ForecastTask
    exams: dict[Unit, Exam]
    facts: dict[str, Any]
    workspace: Workspace
    progress: Progress

    @classmethod
    def opened(
        cls,
        dataset_name: str,
        ranker: str,
        epochs: int,
        seed: int,
        workspace: Workspace,
        progress: Progress,
        *,
        read_text: bool,
    ) -> "_Course":
        """Train the ranker on what is old enough, and draw the questions."""
        dataset = load_dataset(dataset_name, workspace, progress=progress)
        split = global_temporal(dataset, quantile=QUANTILE)
        epochs = epochs or _few_epochs(len(split.train.items))
        if read_text:
            data, text_fingerprint = fit_data(dataset, split, workspace, progress)
        else:
            data, text_fingerprint = FitData(dataset, split.train, split.candidates), "ids alone"
        protocol = f"GTS-{QUANTILE:g}" + ("" if read_text else "-ids")
        contestants = Contestants(
            data,
            split,
            protocol,
            seed,
            text_fingerprint,
            workspace,
            progress,
            change=lambda recipe: _brief(recipe, epochs),
        )
        model = _with_interests(contestants, ranker)
        cut, end = temporal_cuts(dataset, QUANTILE)
        reader = HistoryReader(dataset.log, dataset.profiles)
        people = people_with_time(dataset)
        sequences = interest_sequences(model, reader, people, progress)
        task = ForecastTask(sequences, float(cut), float(end), seed)
        exams = {unit: _exam(unit, task, model, data, split, reader) for unit in UNITS}
        facts = {
            "dataset": dataset.name,
            "ranker": ranker,
            "ranker_epochs": epochs,
            "seed": seed,
            "description": RULES,
            "people": len(people),
            "questions": {unit: len(exam.questions) for unit, exam in exams.items()},
            "asked": {unit: len(np.unique(exam.people)) for unit, exam in exams.items()},
            "calibrated_on": task.validation_answers(),
            "data_fingerprint": dataset.fingerprint,
            "text_fingerprint": text_fingerprint,
            "fit": json.loads(json.dumps(asdict(FitConfig()))),
            "made_with": f"recengine evaluate {dataset_name} --forecasts"
            + ("" if read_text else " --ids-only"),
        }
        return cls(task, exams, facts, workspace, progress)

    def earlier(self) -> ForecastBoard:
        """Results of the same data under the same rules, or none yet."""
        kept = read_board(self.facts["dataset"], self.workspace)
        same = kept is not None and kept.facts == self.facts
        return kept if kept is not None and same else ForecastBoard(self.facts)

    def verdicts(self, name: str) -> tuple[dict[str, Any], dict[Unit, Verdict]]:
        """Fit one forecaster and let it sit the exams."""
        circumstance = json.dumps([self.facts, __version__], sort_keys=True)
        key = hashlib.sha256(circumstance.encode()).hexdigest()[:8]
        stem = f"{safe_name(self.facts['dataset'])}-{self.facts['ranker']}-exam-{key}"
        folder = self.workspace.folder("training") / stem
        config = FitConfig().with_seed(self.task.seed)
        forecaster, record = fit(
            name, self.task, folder, config, resume=True, progress=self.progress
        )
        verdicts = {
            unit: judge(
                forecaster,
                exam,
                share_factors(forecaster, self.task, unit, exam.shares),
                self.progress,
            )
            for unit, exam in self.exams.items()
        }
        how = {
            "label": forecaster.label,
            "learned": forecaster.learned,
            "config": asdict(forecaster.config),
            "epochs": record.best_epoch if record else 0,
            "scores": record.scores if record else [],
            "seconds": round(record.seconds, 1) if record else 0.0,
            **circumstances(),
        }
        return how, verdicts


def _few_epochs(events: int) -> int:
    """As many as read `RANKER_EVENTS` between them, within bounds."""
    fewest, most = RANKER_EPOCHS
    return min(most, max(fewest, RANKER_EVENTS // max(1, events)))


def _with_interests(contestants: Contestants, ranker: str) -> InterestModel:
    model = contestants.enter(ranker)[0]
    if not isinstance(model, InterestModel):
        raise DataError(
            f"The ranker {ranker!r} has no interest vectors to foretell. Choose another one."
        )
    return model


def _brief(recipe: Recipe | UnifiedRecipe, epochs: int) -> Recipe | UnifiedRecipe:
    """A recipe that goes for good interest vectors and little else: they are all that is judged."""
    recipe = replace(recipe.with_settings({"epochs": epochs}), validation_users=VALIDATION_USERS)
    if not isinstance(recipe, UnifiedRecipe):
        return recipe
    once = replace(recipe.dynamic, epochs=1)
    rating = replace(recipe.rating, epochs=1)
    return replace(recipe, dynamic=once, rating=rating, dynamic_histories=once.batch_size)


def _exam(
    unit: Unit,
    task: ForecastTask,
    model: InterestModel,
    data: FitData,
    split: Split,
    reader: HistoryReader,
) -> Exam:
    """Questions about the time after everything that was learnt from."""
    sequences, log = task.sequences, reader.log
    over = float(log.times.max()) + 1
    rng = np.random.default_rng((task.seed, UNITS.index(unit), 9))
    rows = sequences.few_of_each(sequences.asked_rows(task.end, over), PER_PERSON, rng)
    rows = np.sort(rng.permutation(rows)[:MAX_QUESTIONS])
    questions = sequences.asked_at(unit, rows, rng, task.end)
    if len(rows) < MIN_QUESTIONS:
        raise DataError(
            f"Only {len(rows)} moments have a past and a next event in the last "
            f"{1 - QUANTILE:.0%} of the log; at least {MIN_QUESTIONS} are needed to judge by."
        )
    horizons = Horizons.learnt(unit)
    targets = sequences.targets(questions, horizons, over)
    candidates = torch.from_numpy(split.candidates)

    @torch.inference_mode()
    def lists(row: int, vectors: Float[Tensor, "vector dim"]) -> Int64[np.ndarray, "vector place"]:
        stop = int(sequences.log_rows[row]) + 1
        user = int(log.users[stop - 1])
        start = int(log.offsets[user])
        spans = [np.full(len(vectors), each) for each in (user, start, stop)]
        histories = reader.read(*spans, max_length=model.events_read)
        scores = mask_seen(
            model.score_with(vectors, histories), reader, spans[1], spans[2], candidates
        )
        return scores.topk(LISTED, dim=1).indices.numpy()

    return Exam(
        horizons=horizons,
        sequences=sequences,
        questions=questions,
        targets=targets,
        shares=views_of(model, data.dataset).shares,
        lists=lists,
        relevant=relevant_items(sequences, log.items, questions, targets, split.candidates),
    )
