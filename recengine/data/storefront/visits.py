"""When people visit the simulated shop, and in what weather, on which device and page.

Axes: event = one row per product that somebody looks at, ordered by user, then time.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Int64

from recengine.data.features import SEASONS, derive_time_features
from recengine.data.storefront.effects import COUNTRY, DEVICE, PAGE, WEATHER
from recengine.types import TIMESTAMP

TIMEZONE = "Europe/Berlin"
FIRST_DAY = 1_672_531_200 // 86_400  # 2023-01-01, as days since 1970
NUM_DAYS = 731  # two years
_MEDIAN_EVENTS = 42
_MIN_EVENTS, _MAX_EVENTS = 12, 250
_EVENTS_PER_VISIT = 4
_PART_OF_DAY_SHARES = (0.08, 0.25, 0.31, 0.36)  # night, morning, afternoon, evening
_FIRST_PAGE_SHARES = (0.45, 0.25, 0.10, 0.00, 0.20)
_LATER_PAGE_SHARES = (0.05, 0.15, 0.32, 0.36, 0.12)
_MAIN_DEVICE_SHARES = (0.55, 0.13, 0.32)
_ON_MAIN_DEVICE = 0.75
_WEATHER_SHARES = {  # sunny, cloudy, rain, snow; rows: winter, spring, summer, autumn
    "Ireland": ((15, 34, 46, 5), (27, 33, 40, 0), (35, 33, 32, 0), (20, 33, 47, 0)),
    "Norway": ((15, 30, 10, 45), (33, 30, 25, 12), (45, 30, 25, 0), (20, 35, 35, 10)),
    "Germany": ((20, 40, 22, 18), (37, 33, 28, 2), (52, 26, 22, 0), (28, 36, 35, 1)),
    "Spain": ((45, 31, 22, 2), (58, 24, 18, 0), (82, 13, 5, 0), (52, 27, 21, 0)),
}  # in per cent


@dataclass(frozen=True, eq=False)
class Visits:
    """Every occasion to choose a product.

    Attributes:
        users: user index of each event.
        counts: events of each user.
        moments: timestamp, the derived time features, weather, device, page.
    """

    users: Int64[np.ndarray, "event"]
    counts: Int64[np.ndarray, "users"]
    moments: pd.DataFrame


def make_visits(people: pd.DataFrame, num_items: int, rng: np.random.Generator) -> Visits:
    """Invent the visits of two years."""
    most = min(_MAX_EVENTS, num_items // 2)
    wanted = rng.lognormal(np.log(_MEDIAN_EVENTS), 0.55, size=len(people)).astype(np.int64)
    counts = np.clip(wanted, min(_MIN_EVENTS, most), most)
    users = np.repeat(np.arange(len(people)), counts)
    visits, first_of_visit = _split_into_visits(counts, rng)
    times = _times(users, visits, len(people), rng)
    order = np.lexsort((times, users))  # two visits on one day may interleave
    times, visits, first_of_visit = times[order], visits[order], first_of_visit[order]
    moments = derive_time_features(times, TIMEZONE)
    moments.insert(0, TIMESTAMP, times)
    moments[WEATHER.name] = _weather(users, times, moments["season"], people, rng)
    moments[DEVICE.name] = _devices(users, visits, len(people), rng)
    moments[PAGE.name] = _pages(first_of_visit, rng)
    return Visits(users, counts, moments)


def _split_into_visits(
    counts: Int64[np.ndarray, "users"], rng: np.random.Generator
) -> tuple[Int64[np.ndarray, "event"], np.ndarray]:
    starts = rng.random(counts.sum()) < 1 / _EVENTS_PER_VISIT
    starts[np.concatenate([[0], np.cumsum(counts)[:-1]])] = True
    return np.cumsum(starts) - 1, starts


def _times(
    users: Int64[np.ndarray, "event"],
    visits: Int64[np.ndarray, "event"],
    num_users: int,
    rng: np.random.Generator,
) -> Int64[np.ndarray, "event"]:
    num_visits = visits[-1] + 1
    joined = NUM_DAYS * 0.5 * rng.random(num_users)  # everybody stays for at least a year
    visitor = users[np.searchsorted(visits, np.arange(num_visits))]
    day = joined[visitor] + (NUM_DAYS - joined[visitor]) * rng.random(num_visits)
    part = rng.choice(len(_PART_OF_DAY_SHARES), size=num_visits, p=_PART_OF_DAY_SHARES)
    hour = 6 * part + 5 * rng.random(num_visits)
    start = (FIRST_DAY + day.astype(np.int64)) * 86_400 + (3_600 * (hour - 1)).astype(np.int64)
    pause = rng.integers(15, 240, size=len(users))
    since_start = np.cumsum(pause) - np.cumsum(pause)[np.searchsorted(visits, visits)]
    return start[visits] + since_start


def _weather(
    users: Int64[np.ndarray, "event"],
    times: Int64[np.ndarray, "event"],
    seasons: pd.Series,
    people: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.Series:
    """One weather per country and day, the same for everybody there."""
    countries = COUNTRY.codes(people[COUNTRY.name])[users] - 1
    chance = rng.random((len(COUNTRY.values), NUM_DAYS + 2))
    season = pd.Index(SEASONS).get_indexer(seasons)
    shares = np.array([_WEATHER_SHARES[country] for country in COUNTRY.values]) / 100
    bounds = np.cumsum(shares, axis=2)[countries, season, :-1]
    today = chance[countries, times // 86_400 - FIRST_DAY + 1]  # the first hour may be the eve
    return _named(WEATHER.values, (bounds <= today[:, None]).sum(axis=1))


def _devices(
    users: Int64[np.ndarray, "event"],
    visits: Int64[np.ndarray, "event"],
    num_users: int,
    rng: np.random.Generator,
) -> pd.Series:
    main = rng.choice(len(DEVICE.values), size=num_users, p=_MAIN_DEVICE_SHARES)
    num_visits = visits.max() + 1
    other = rng.integers(len(DEVICE.values), size=num_visits)[visits]
    on_main = (rng.random(num_visits) < _ON_MAIN_DEVICE)[visits]
    return _named(DEVICE.values, np.where(on_main, main[users], other))


def _pages(first_of_visit: np.ndarray, rng: np.random.Generator) -> pd.Series:
    first = rng.choice(len(PAGE.values), size=len(first_of_visit), p=_FIRST_PAGE_SHARES)
    later = rng.choice(len(PAGE.values), size=len(first_of_visit), p=_LATER_PAGE_SHARES)
    return _named(PAGE.values, np.where(first_of_visit, first, later))


def _named(names: tuple[str, ...], positions: np.ndarray) -> pd.Series:
    return pd.Series(np.array(names)[positions], dtype="str")
