"""Which settings mattered in a search: the share of the scores' spread that each alone explains.

Papers: Hutter et al., "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014
(functional ANOVA over a random forest); Altmann et al., "Permutation importance: a corrected
feature importance measure", Bioinformatics 2010, doi:10.1093/bioinformatics/btq134 (the same of
scores dealt anew tells what chance alone reaches). Differs: the largest share of all settings is
what chance is held against, so that many settings need no further correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.importance import FanovaImportanceEvaluator
from optuna.trial import FrozenTrial, TrialState

from recengine.data.progress import Progress, silent

SHUFFLES = 19  # above the largest of 19 deals, chance comes once in 20
MIN_TRIALS = 10  # trials to the end; of fewer, a forest tells nothing
TREES = 8


@dataclass(frozen=True)
class Importance:
    """What a search tells of its settings.

    Attributes:
        shares: of the spread of scores that each setting alone explains, 0 to 1, largest first;
            what is missing to 1 lies in how settings go together. Empty if there are too few
            trials, if all scores are alike, or if there is nothing to hold a lone setting against.
        chance: the largest share that any setting reached with the scores dealt anew.
        trials: how many came to their end.
        settings: how many were searched.
    """

    shares: dict[str, float]
    chance: float
    trials: int
    settings: int


def importance(trials: Sequence[FrozenTrial], progress: Progress = silent) -> Importance:
    """What the trials of one search that came to their end tell; the others have no score.

    Args:
        trials: all with the same settings.
        progress: told after every deal of the scores.
    """
    ended = [each for each in trials if each.state is TrialState.COMPLETE]
    values = np.array([each.value for each in ended], dtype=float)
    settings = len(ended[0].params) if ended else 0
    if len(ended) < MIN_TRIALS or np.ptp(values) == 0 or settings < 2:
        return Importance({}, np.nan, len(ended), settings)
    shares = _shares(ended, values)
    chance, rng = 0.0, np.random.default_rng(0)
    for done in range(1, SHUFFLES + 1):
        chance = max(chance, *_shares(ended, rng.permutation(values)).values())
        progress("Dealing the scores anew", done, SHUFFLES)
    return Importance(shares, chance, len(ended), settings)


def _shares(trials: Sequence[FrozenTrial], values: np.ndarray) -> dict[str, float]:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    for trial, value in zip(trials, values, strict=True):
        study.add_trial(
            optuna.trial.create_trial(
                params=trial.params, distributions=trial.distributions, value=float(value)
            )
        )
    found = FanovaImportanceEvaluator(n_trees=TREES, seed=0).evaluate(study)
    return {name: float(value) for name, value in found.items()}
