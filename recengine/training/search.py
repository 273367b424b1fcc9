"""Hyper-parameter search whose every trial is on disk as soon as it is over.

Paper: Akiba et al., "Optuna", KDD 2019, arXiv:1907.10902; sampler Bergstra et al., "Algorithms for
Hyper-Parameter Optimization", NeurIPS 2011 (TPE); a trial that is behind the median of the earlier
ones at the same epoch is pruned.

What a trial tries depends on the seed and on the trials finished before it alone. So a search that
is killed loses the running trial and no more, and goes on as if it had never stopped.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from recengine.data.progress import Progress, silent
from recengine.errors import StorageError, TrainingError
from recengine.training.spaces import Space
from recengine.training.trainer import AfterEpoch

# Settings to try, whom to tell each epoch's score, whom to tell the progress -> score.
Measure = Callable[[Mapping[str, Any], AfterEpoch, Progress], float]

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
STATES = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "interrupted",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}
COLUMNS = ["number", "value", "state", "seconds", "settings", "scores", "reason"]
PATIENT_TRIALS, EARLIEST_EPOCH = 4, 3  # the first trials are never pruned, none before an epoch


@contextlib.contextmanager
def open_study(path: Path, name: str) -> Iterator[optuna.Study]:
    """A study in an SQLite file, made if it is absent; higher scores are better.

    Raises:
        StorageError: the file is damaged or cannot be written.
    """
    with _open_storage(path) as storage:
        yield optuna.create_study(
            storage=storage,
            study_name=name,
            direction="maximize",
            pruner=optuna.pruners.MedianPruner(PATIENT_TRIALS, EARLIEST_EPOCH),
            load_if_exists=True,
        )


def latest_trials(path: Path) -> tuple[str, list[FrozenTrial]]:
    """Name and trials of the study in a file that began last; "" and none if there is none.

    Raises:
        StorageError: the file is damaged.
    """
    if not path.exists():
        return "", []
    with _open_storage(path) as storage:
        studies = optuna.get_all_study_summaries(storage)
        begun = [(each.datetime_start, each.study_name) for each in studies if each.datetime_start]
        if not begun:
            return "", []
        name = max(begun)[1]
        return name, optuna.load_study(study_name=name, storage=storage).get_trials()


@contextlib.contextmanager
def _open_storage(path: Path) -> Iterator[optuna.storages.RDBStorage]:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
        try:
            yield storage
        finally:
            storage.remove_session()
            storage.engine.dispose()
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise StorageError(
            f"The search in {path} cannot be read or written ({reason}). Check that the disk has "
            f"space; if the file is damaged, delete it, and the search starts afresh."
        ) from error


def search(
    study: optuna.Study,
    space: Space,
    usual: Mapping[str, Any],
    measure: Measure,
    *,
    trials: int,
    seed: int = 0,
    minutes: float | None = None,
    after_trial: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> None:
    """Run trials until there are enough; the first one tries the usual settings.

    Args:
        study: where trials are kept; nobody else may be running trials in it.
        space: what to try.
        usual: the settings to beat, one for each name in `space`.
        measure: trains with some settings and gives the score.
        trials: how many there are in the end, with those of earlier runs.
        seed: same seed, same trials.
        minutes: no trial starts later than this; None is forever.
        after_trial: called when a trial is on disk.
        progress: told how far the running trial is.
    """
    _give_up_interrupted(study)
    latest = np.inf if minutes is None else time.monotonic() + 60 * minutes
    while (done := len(study.get_trials(False, FINISHED))) < trials and time.monotonic() < latest:
        study.sampler = optuna.samplers.TPESampler(seed=_seed(seed, done))
        if done == 0 and not study.get_trials(False, (TrialState.WAITING,)):
            study.enqueue_trial(dict(usual))
        _carry_out(
            study, study.ask(space), measure, _under(f"Trial {done + 1} of {trials}", progress)
        )
        after_trial()


def trials_table(trials: Sequence[FrozenTrial]) -> pd.DataFrame:
    """Every trial: number, value, state, seconds, settings, scores (per epoch), reason."""
    return pd.DataFrame([_row(trial) for trial in trials], columns=COLUMNS)


def _carry_out(
    study: optuna.Study, trial: optuna.Trial, measure: Measure, progress: Progress
) -> None:
    """One trial; a training that breaks down counts as pruned, so that its like is avoided."""

    def after_epoch(epoch: int, score: float) -> None:
        trial.report(score, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned(f"Behind the median of earlier trials at epoch {epoch}.")

    try:
        value = measure(trial.params, after_epoch, progress)
    except (optuna.TrialPruned, TrainingError) as end:
        trial.set_user_attr("reason", str(end))
        study.tell(trial, state=TrialState.PRUNED)
    else:
        study.tell(trial, value)


def _under(heading: str, progress: Progress) -> Progress:
    return lambda stage, done, total: progress(f"{heading}: {stage}", done, total)


def _give_up_interrupted(study: optuna.Study) -> None:
    """Trials that still run were left behind by a run that was killed."""
    for trial in study.get_trials(False, (TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)


def _seed(seed: int, done: int) -> int:
    """Another one for every trial: a sampler of one seed would propose the same again."""
    return int(np.random.SeedSequence((seed, done)).generate_state(1)[0])


def _row(trial: FrozenTrial) -> tuple:
    seconds = trial.duration.total_seconds() if trial.duration else np.nan
    scores = [score for _, score in sorted(trial.intermediate_values.items())]
    value = np.nan if trial.value is None else trial.value
    reason = trial.user_attrs.get("reason", "")
    return trial.number, value, STATES[trial.state], seconds, trial.params, scores, reason
