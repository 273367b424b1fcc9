"""Which setting mattered: what carries the score is found, and noise is called noise."""

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution

from recengine.training.importance import MIN_TRIALS, SHUFFLES, importance

SETTINGS = ("rate", "width", "dropout")


def trials_of(score, count: int = 30) -> list[optuna.trial.FrozenTrial]:
    rng = np.random.default_rng(3)
    study = optuna.create_study(direction="maximize")
    for _ in range(count):
        params = {name: float(rng.random()) for name in SETTINGS}
        spread = dict.fromkeys(SETTINGS, FloatDistribution(0.0, 1.0))
        study.add_trial(
            optuna.trial.create_trial(
                params=params, distributions=spread, value=score(params, rng.normal())
            )
        )
    return study.trials


def test_the_setting_that_makes_the_score_comes_first_and_beyond_chance():
    told = importance(trials_of(lambda tried, noise: -((tried["width"] - 0.3) ** 2) + 0.01 * noise))
    assert next(iter(told.shares)) == "width"
    assert told.shares["width"] > max(0.5, told.chance)
    assert all(told.shares[name] < told.chance for name in ("rate", "dropout"))
    assert sum(told.shares.values()) <= 1 + 1e-6
    assert told.trials == 30


def test_of_pure_noise_no_setting_is_beyond_chance():
    told = importance(trials_of(lambda _, noise: noise))
    assert max(told.shares.values()) <= told.chance


def test_the_same_trials_give_the_same_answer_and_progress_is_told():
    trials, told = trials_of(lambda tried, _: tried["rate"], 12), []
    first = importance(trials, lambda *step: told.append(step[1:]))
    assert importance(trials) == first
    assert told == [(done, SHUFFLES) for done in range(1, SHUFFLES + 1)]


@pytest.mark.parametrize(
    ("score", "count"), [(lambda tried, _: tried["rate"], MIN_TRIALS - 1), (lambda *_: 0.5, 20)]
)
def test_too_few_trials_or_equal_scores_tell_nothing(score, count):
    told = importance(trials_of(score, count))
    assert (told.shares, told.trials) == ({}, count)
    assert np.isnan(told.chance)


def test_a_lone_setting_has_nothing_to_be_held_against(monkeypatch):
    monkeypatch.setattr(f"{__name__}.SETTINGS", ("weight",))
    told = importance(trials_of(lambda tried, _: tried["weight"], 20))
    assert (told.shares, told.settings) == ({}, 1)


def test_pruned_trials_have_no_say():
    trials = trials_of(lambda tried, _: tried["rate"], 12)
    pruned = optuna.trial.create_trial(
        state=optuna.trial.TrialState.PRUNED,
        params=trials[0].params,
        distributions=trials[0].distributions,
        intermediate_values={1: 99.0},
    )
    assert importance([*trials, pruned]) == importance(trials)
