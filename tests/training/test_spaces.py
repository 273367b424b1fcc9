"""Every ranker with settings: the usual ones lie inside the ranges, and all inside are possible."""

from dataclasses import replace

import optuna
import pytest

from recengine.engine.rankers import TRAINED
from recengine.models import MODELS
from recengine.models.base import TunableRanker
from recengine.training.recipes import recipe_for
from recengine.training.spaces import space_for

NAMES = [name for name, m in MODELS.items() if issubclass(m, TunableRanker) or name in TRAINED]


def changed(name, dataset, split, settings):
    """The settings of a ranker, some of them changed."""
    if name in TRAINED:
        return recipe_for(name, dataset, split.train).with_settings(settings).settings
    return vars(replace(MODELS[name].config_class(), **settings))


@pytest.mark.parametrize("name", NAMES)
def test_usual_settings_lie_inside_the_ranges(name, cycle_dataset, cycle_split):
    usual = changed(name, cycle_dataset, cycle_split, {})
    for setting, given in space_for(name, usual).items():
        assert given._contains(given.to_internal_repr(usual[setting])), (setting, usual[setting])
        assert not given.single(), setting


@pytest.mark.parametrize("name", NAMES)
def test_all_settings_inside_the_ranges_are_possible(name, cycle_dataset, cycle_split):
    space = space_for(name, changed(name, cycle_dataset, cycle_split, {}))
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(30 if space else 0):
        settings = study.ask(space).params
        assert settings.items() <= changed(name, cycle_dataset, cycle_split, settings).items()


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_ranker_has_its_learning_rate_searched(name, cycle_dataset, cycle_split):
    usual = changed(name, cycle_dataset, cycle_split, {})
    given = space_for(name, usual)["learning_rate"]
    assert given.low < usual["learning_rate"] < given.high
    assert given.log


def test_only_settings_that_a_ranker_has_are_searched():
    assert set(space_for("ease", {"l2": 100.0, "colour": "red"})) == {"l2"}
    assert space_for("popularity", {}) == {}
