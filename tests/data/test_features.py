import numpy as np
import pandas as pd
import pytest

from recengine.data.features import (
    TIME_FEATURES,
    Feature,
    derive_time_features,
    encode_request,
    feature_from_column,
)
from recengine.errors import DataError, UnknownNameError

WEATHER = Feature("weather", "Weather", ("sunny", "rain"))
AGE = Feature("age", "Age", ("under 18", "18 to 40", "from 40"), (18.0, 40.0))


@pytest.mark.parametrize(("value", "code"), [("sunny", 1), (" rain ", 2), ("", 0), ("unknown", 0)])
def test_a_value_has_a_code_and_unknown_is_zero(value, code):
    assert WEATHER.code(value) == code


@pytest.mark.parametrize(("value", "code"), [("18 to 40", 2), ("17.9", 1), (18, 2), ("99", 3)])
def test_a_number_falls_into_its_range(value, code):
    assert AGE.code(value) == code


@pytest.mark.parametrize("value", ["nan", "NaN", "inf", "-inf", float("nan"), float("inf")])
def test_what_is_no_finite_number_lies_in_no_range(value):
    assert AGE.code(value) == 0
    assert AGE.codes(pd.Series([value, "20"])).tolist() == [0, 2]


def test_what_is_not_finite_makes_no_range():
    column = pd.Series([*np.arange(100.0), np.inf, -np.inf])
    assert np.isfinite(feature_from_column("price", column).edges).all()


@pytest.mark.parametrize(("feature", "value"), [(WEATHER, "hail"), (AGE, "old")])
def test_a_value_that_is_not_known_lists_those_that_are(feature, value):
    with pytest.raises(UnknownNameError, match=f"value of {feature.name} '{value}'. Known:"):
        feature.code(value)


def test_codes_and_values_are_each_others_reverse():
    assert [WEATHER.value(WEATHER.code(value)) for value in WEATHER.values] == ["sunny", "rain"]
    assert WEATHER.value(0) == "unknown"
    assert WEATHER.num_codes == 3


def test_columns_are_coded_cell_by_cell_as_single_values_are():
    assert WEATHER.codes(pd.Series(["rain", None, "hail", "sunny"])).tolist() == [2, 0, 0, 1]
    assert AGE.codes(pd.Series([17, 18, np.nan, 40])).tolist() == [1, 2, 0, 3]


def test_a_request_is_coded_in_the_order_of_the_features():
    assert encode_request((WEATHER, AGE), {"age": "20"}).tolist() == [0, 2]
    with pytest.raises(UnknownNameError, match=r"context feature 'wether'.*Did you mean weather"):
        encode_request((WEATHER, AGE), {"wether": "rain"})


def test_many_different_numbers_become_ranges_and_few_stay_choices():
    many = feature_from_column("price", pd.Series(np.arange(100.0)))
    assert len(many.values) == len(many.edges) + 1 == 8
    assert many.codes(pd.Series([0.0, 99.0])).tolist() == [1, 8]
    few = feature_from_column("stars", pd.Series([3, 1, 2, 1]))
    assert few.values == ("1", "2", "3")
    assert few.label == "Stars"


def test_too_many_words_cannot_be_offered_as_a_choice():
    with pytest.raises(DataError, match="'city' has 201 different values"):
        feature_from_column("city", pd.Series([f"city {n}" for n in range(201)]))


@pytest.mark.parametrize(
    ("moment", "timezone", "expected"),
    [
        ("2024-01-07 05:59", "UTC", ("night", "Sunday", "winter")),
        ("2024-03-01 06:00", "UTC", ("morning", "Friday", "spring")),
        ("2024-08-31 23:30", "UTC", ("evening", "Saturday", "summer")),
        ("2024-08-31 23:30", "Europe/Berlin", ("night", "Sunday", "autumn")),
        ("2024-12-01 12:00", "UTC", ("afternoon", "Sunday", "winter")),
    ],
)
def test_time_features_follow_the_clock_of_the_data(moment, timezone, expected):
    seconds = np.array([int(pd.Timestamp(moment, tz="UTC").timestamp())])
    row = derive_time_features(seconds, timezone).iloc[0]
    assert tuple(row) == expected
    assert all(row[feature.name] in feature.values for feature in TIME_FEATURES)
