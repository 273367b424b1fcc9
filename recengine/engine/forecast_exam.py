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

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, global_temporal, temporal_cuts
from recengine.data.workspace import Workspace
from recengine.engine.assets import safe_name
from recengine.engine.contestants import Contestants
from recengine.engine.forecast_results import ForecastBoard, Rows, read_board, write_board
from recengine.engine.forecasters import people_with_time, views_of
from recengine.engine.opening import fit_data
from recengine.engine.workshop import circumstances
from recengine.errors import DataError, UnknownNameError
from recengine.evaluation.bootstrap import bootstrap_mean, resampled_means
from recengine.evaluation.ranking import mask_seen
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import GRID, UNITS, Horizons, Unit
from recengine.interests.forecasting.calibrating import LEVELS
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

QUANTILE = 0.8  # share of the events before the test stretch, and of those before validation
RANKER_EPOCHS = 8
MAX_QUESTIONS = 400  # in each unit
RESAMPLES = 1000
TAILS = (0.025, 0.975)


def evaluate_forecasts(
    dataset_name: str,
    workspace: Workspace,
    *,
    methods: Sequence[str] = (),
    ranker: str = Unified.name,
    epochs: int = RANKER_EPOCHS,
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
        epochs: of the ranker's training on the events before the cut.
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
        board = course.added(board, name, how, verdicts, persistence)
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
        if read_text:
            data, text_fingerprint = fit_data(dataset, split, workspace, progress)
        else:
            data, text_fingerprint = FitData(dataset, split.train, split.candidates), "ids alone"
        contestants = Contestants(
            data,
            split,
            f"GTS-{QUANTILE:g}" + ("" if read_text else "-ids"),
            seed,
            text_fingerprint,
            workspace,
            progress,
            overrides={"epochs": epochs},
        )
        model = contestants.enter(ranker)[0]
        if not isinstance(model, InterestModel):
            raise DataError(
                f"The ranker {ranker!r} has no interest vectors to foretell. Choose another one."
            )
        cut, end = temporal_cuts(dataset, QUANTILE)
        reader = HistoryReader(dataset.log, dataset.profiles)
        people = people_with_time(dataset)
        sequences = interest_sequences(model, reader, people, progress)
        task = ForecastTask(sequences, cut, end, seed)
        exams = {unit: _exam(unit, task, model, data, split, reader) for unit in UNITS}
        facts = {
            "dataset": dataset.name,
            "ranker": ranker,
            "ranker_epochs": epochs,
            "seed": seed,
            "description": (
                f"Events before one moment ({QUANTILE:.0%} of them) train the ranker, fit the "
                f"forecaster and calibrate it, the last {1 - QUANTILE:.0%} of those only validate; "
                f"people with events on several days are asked for what they did after that moment"
            ),
            "people": len(people),
            "questions": {unit: len(exam.questions) for unit, exam in exams.items()},
            "asked": {unit: len(np.unique(exam.people)) for unit, exam in exams.items()},
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
        key = hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()[:8]
        stem = f"{safe_name(self.facts['dataset'])}-{self.facts['ranker']}-exam-{key}"
        folder = self.workspace.folder("training") / stem
        config = FitConfig()
        config = replace(config, trainer=replace(config.trainer, seed=self.task.seed))
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

    def added(
        self,
        board: ForecastBoard,
        name: str,
        how: dict[str, Any],
        verdicts: dict[Unit, Verdict],
        persistence: dict[Unit, Verdict],
    ) -> ForecastBoard:
        """The results with one forecaster's figures anew."""
        board = board.without(name)
        board.methods[name] = how
        for unit, verdict in verdicts.items():
            people, base = self.exams[unit].people, persistence[unit]
            board.rows.extend(_figures(name, unit, verdict, base, people))
            board.skills.append(_skill(name, unit, verdict, base, people))
            for place, ahead in enumerate(GRID[unit]):
                if np.isnan(verdict.coverage["raw"][place]).any():
                    continue
                where = {"method": name, "unit": unit, "ahead": ahead}
                board.pit.append({**where, "bins": verdict.pit[place].round(4).tolist()})
                board.calibration.extend(
                    {
                        **where,
                        "level": level,
                        "raw": float(verdict.coverage["raw"][place, column]),
                        "calibrated": float(verdict.coverage["calibrated"][place, column]),
                        "width": float(verdict.widths[place, column]),
                    }
                    for column, level in enumerate(LEVELS)
                )
        return board


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
            f"{1 - QUANTILE:.0%} of the log; at least {MIN_QUESTIONS} are needed to judge forecasts."
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


def _figures(name: str, unit: Unit, verdict: Verdict, base: Verdict, people: np.ndarray) -> Rows:
    """Mean of every metric with its interval, and how far it is from persistence."""
    rows: Rows = []
    for metric, scores in verdict.scores.items():
        others = base.scores[metric]
        for place, ahead in enumerate((0, *GRID[unit])):
            own, theirs = (
                (_row_means(scores), _row_means(others))
                if ahead == 0
                else (scores[:, place - 1], others[:, place - 1])
            )
            if np.isnan(own).all():
                continue
            mean = bootstrap_mean(own, people=people, resamples=RESAMPLES)
            apart = bootstrap_mean(own - theirs, people=people, resamples=RESAMPLES)
            rows.append(
                {
                    "method": name,
                    "unit": unit,
                    "ahead": ahead,
                    "metric": metric,
                    "value": mean.mean,
                    "low": mean.low,
                    "high": mean.high,
                    "difference": apart.mean,
                    "diff_low": apart.low,
                    "diff_high": apart.high,
                }
            )
    return rows


def _skill(
    name: str, unit: Unit, verdict: Verdict, base: Verdict, people: np.ndarray
) -> dict[str, Any]:
    """Share of persistence's energy score that is saved, over the same draws of people."""
    own, theirs = _row_means(verdict.scores["energy"]), _row_means(base.scores["energy"])
    known = ~np.isnan(own)
    both = np.stack([own, theirs], axis=1)[known]
    drawn = resampled_means(both, people=people[known], resamples=RESAMPLES)
    low, high = np.quantile(1 - drawn[:, 0] / drawn[:, 1], TAILS)
    return {
        "method": name,
        "unit": unit,
        "skill": float(1 - both[:, 0].mean() / both[:, 1].mean()),
        "low": float(low),
        "high": float(high),
        "people": len(np.unique(people[known])),
    }


def _row_means(scores: np.ndarray) -> np.ndarray:
    """Mean over the known horizons of each question; NaN where there is none."""
    known = ~np.isnan(scores)
    total = np.where(known, scores, 0).sum(axis=1)
    return np.divide(
        total, known.sum(axis=1), out=np.full(len(scores), np.nan), where=known.any(axis=1)
    )
