import numpy as np
import pandas as pd
import pytest

from recengine.data.storefront.effects import (
    CONTEXT_EFFECTS,
    CONTEXT_FEATURES,
    PROFILE_EFFECTS,
    PROFILE_FEATURES,
    WEATHER,
    effect_matrix,
    effect_table,
    summed_effects,
)
from recengine.data.storefront.words import CATEGORY_NAMES


@pytest.mark.parametrize(
    ("effects", "features"),
    [(CONTEXT_EFFECTS, CONTEXT_FEATURES), (PROFILE_EFFECTS, PROFILE_FEATURES)],
    ids=["context", "profile"],
)
def test_effects_speak_of_values_and_categories_that_exist(effects, features):
    values = {feature.name: feature.values for feature in features}
    for (feature, value), by_category in effects.items():
        assert value in values[feature]
        assert set(by_category) <= set(CATEGORY_NAMES)


def test_every_feature_of_the_moment_moves_choice():
    assert {feature for feature, _ in CONTEXT_EFFECTS} == {f.name for f in CONTEXT_FEATURES}


def test_the_matrix_holds_the_table_and_unknown_moves_nothing():
    matrix = effect_matrix(CONTEXT_EFFECTS, WEATHER)
    rain = matrix[WEATHER.code("rain")]
    assert rain[CATEGORY_NAMES.index("Rain gear")] == 1.8
    assert rain[CATEGORY_NAMES.index("Kitchen")] == 0
    assert not matrix[0].any()


def test_effects_of_a_moment_add_up():
    moments = pd.DataFrame({"weather": ["rain", "unknown"], "page": ["offers", "offers"]})
    features = tuple(f for f in CONTEXT_FEATURES if f.name in moments)
    total = summed_effects(CONTEXT_EFFECTS, features, moments)
    assert np.allclose(total[:, CATEGORY_NAMES.index("Board games")], [0.7 + 0.6, 0.6])


def test_the_table_lists_every_effect_once():
    table = effect_table(CONTEXT_EFFECTS)
    assert len(table) == sum(len(by_category) for by_category in CONTEXT_EFFECTS.values())
    assert not table.duplicated(["feature", "value", "category"]).any()
