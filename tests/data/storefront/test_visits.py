import numpy as np
import pandas as pd
import pytest

from recengine.data.features import derive_time_features
from recengine.data.storefront.people import make_people
from recengine.data.storefront.visits import FIRST_DAY, NUM_DAYS, TIMEZONE, make_visits


@pytest.fixture(scope="module")
def people():
    return make_people(400, np.random.default_rng(1)).table


@pytest.fixture(scope="module")
def visits(people):
    return make_visits(people, 480, np.random.default_rng(1))


def test_people_have_40_to_60_events_on_average(visits):
    assert 40 < visits.counts.mean() < 60
    assert visits.counts.min() >= 12
    assert visits.counts.sum() == len(visits.moments) == len(visits.users)


def test_a_small_shop_is_never_bought_empty(people):
    visits = make_visits(people, 48, np.random.default_rng(1))
    assert visits.counts.max() <= 24


def test_events_are_in_order_of_time_within_a_person_and_span_two_years(visits):
    times = visits.moments["timestamp"].to_numpy()
    same_person = np.diff(visits.users) == 0
    assert (np.diff(times)[same_person] >= 0).all()
    days = times // 86_400 - FIRST_DAY
    assert days.min() >= -1
    assert NUM_DAYS - 30 < days.max() <= NUM_DAYS + 1


def test_time_features_are_those_of_the_timestamp(visits):
    derived = derive_time_features(visits.moments["timestamp"].to_numpy(), TIMEZONE)
    pd.testing.assert_frame_equal(visits.moments[list(derived.columns)], derived)


def test_a_country_has_one_weather_per_day(visits, people):
    table = visits.moments.assign(
        country=people["country"].to_numpy()[visits.users],
        day=visits.moments["timestamp"] // 86_400,
        # A season may turn within a UTC day, and with it the odds of the weather.
    )
    kinds = table.groupby(["country", "day", "season"])["weather"].nunique()
    assert (kinds == 1).all()


def test_summer_has_no_snow_and_spain_more_sun_than_ireland(visits, people):
    table = visits.moments.assign(country=people["country"].to_numpy()[visits.users])
    assert "snow" not in set(table.loc[table["season"] == "summer", "weather"])
    sunny = table.groupby("country")["weather"].agg(lambda weather: (weather == "sunny").mean())
    assert sunny["Spain"] > sunny["Ireland"] + 0.2


def test_people_stay_on_their_main_device_mostly(visits):
    shares = visits.moments.groupby(visits.users)["device"].agg(
        lambda device: device.value_counts(normalize=True).iloc[0]
    )
    assert shares.mean() > 0.6
