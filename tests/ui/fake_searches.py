"""Searches for settings as the small engine tells of them: one was made, one never."""

from dataclasses import replace

import numpy as np
import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.engine.comparison.results import Job, JobStatus
from recengine.engine.comparison.search_results import Searched, SettingsWorth

_SCORES = [0.10, 0.08, 0.12, 0.05, 0.11]
_TRIALS = pd.DataFrame(
    {
        "number": range(1, 6),
        "state": ["complete", "complete", "complete", "pruned", "complete"],
        "score": _SCORES,
        "best": [0.10, 0.10, 0.12, 0.12, 0.12],
        "seconds": 3.0,
        "reason": ["", "", "", "Behind the median of earlier trials at epoch 3.", ""],
        "learning_rate": [0.001, 0.01, 0.002, 0.1, 0.0015],
        "num_layers": [1, 2, 1, 3, 2],
    }
)
FOUND = Searched(
    ranker="gru",
    label="GRU",
    figure="NDCG@10",
    trials=_TRIALS,
    settings=("learning_rate", "num_layers"),
    best=0.12,
    usual=0.10,
    chosen={"learning_rate": 0.002, "num_layers": 1},
    protocol="P-A: last event",
    facts={"seed": 0, "version": "1"},
    made_with="recengine tune fake --ranker gru --trials 5",
    next_step="recengine train fake --ranker gru --tuned",
    sentence="The best of 4 trials with settings of GRU reaches NDCG@10 0.1200 on validation.",
)
_WORTH = SettingsWorth(
    table=pd.DataFrame(
        {"setting": ["learning_rate", "num_layers"], "share": [0.7, 0.1], "beyond": [True, False]}
    ),
    chance=0.4,
    trials=12,
    needed=10,
    sentence="Learning rate mattered most: alone it explains 70% of the differences.",
)


class FakeSearches:
    """GRU was searched, SASRec was not."""

    rankers = {"gru": "GRU", "sasrec": "SASRec"}  # noqa: RUF012

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}

    def tried(self, ranker: str) -> bool:
        return ranker == "gru"

    def stamp(self, ranker: str) -> str:
        return "1" if self.tried(ranker) else ""

    def found(self, ranker: str) -> Searched:
        if self.tried(ranker):
            return FOUND
        command = f"recengine tune fake --ranker {ranker}"
        return replace(
            FOUND, ranker=ranker, label="SASRec", trials=_TRIALS.head(0), settings=(),
            best=np.nan, usual=np.nan, made_with=command,
        )  # fmt: skip

    def worth(self, ranker: str, progress: Progress = silent) -> SettingsWorth:  # noqa: ARG002
        progress("Dealing the scores anew", 1, 1)
        return _WORTH

    def job(self, ranker: str) -> Job:
        return self.jobs.get(ranker, Job(JobStatus.NONE))

    def start(self, ranker: str) -> None:
        self.jobs[ranker] = Job(JobStatus.RUNNING, "Trial 6 of 25", 1, 4, 2.0)

    def cancel(self, ranker: str) -> None:
        self.jobs[ranker] = Job(JobStatus.STOPPED)
