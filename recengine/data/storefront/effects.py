"""What moves a choice in the simulated shop, in log-odds by category: moments and profiles.

These tables are the truth that a model may find again. A category that is not named is not
moved; so is a value that is not named.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float64

from recengine.data.features import TIME_FEATURES, Feature
from recengine.data.storefront.words import CATEGORY_NAMES

WEATHER = Feature("weather", "Weather", ("sunny", "cloudy", "rain", "snow"))
DEVICE = Feature("device", "Device", ("phone", "tablet", "desktop"))
PAGE = Feature("page", "Page", ("home", "search", "category", "product", "offers"))
CONTEXT_FEATURES = (*TIME_FEATURES, WEATHER, DEVICE, PAGE)

AGE_BAND = Feature("age_band", "Age", ("18-24", "25-34", "35-49", "50-64", "65+"))
OCCUPATION = Feature(
    "occupation",
    "Occupation",
    ("student", "office worker", "teacher", "nurse", "engineer", "craftsperson", "retired"),
)
HOUSEHOLD = Feature(
    "household",
    "Household",
    ("alone", "couple", "shared flat", "young family", "family with teenagers"),
)
COUNTRY = Feature("country", "Country", ("Ireland", "Norway", "Germany", "Spain"))
PROFILE_FEATURES = (AGE_BAND, OCCUPATION, HOUSEHOLD, COUNTRY)

Effects = Mapping[tuple[str, str], Mapping[str, float]]

CONTEXT_EFFECTS: Effects = {
    ("weather", "sunny"): {
        "Garden": 1.0, "Camping": 0.8, "Cycling": 0.8, "Running": 0.6, "Rain gear": -1.2,
        "Board games": -0.5,
    },
    ("weather", "rain"): {
        "Rain gear": 1.8, "Board games": 0.7, "Books": 0.6, "Garden": -0.9, "Cycling": -0.6,
        "Running": -0.6, "Camping": -0.5,
    },
    ("weather", "snow"): {
        "Coffee & tea": 0.8, "Rain gear": 0.7, "Board games": 0.6, "Garden": -1.4, "Cycling": -1.0,
    },
    ("device", "phone"): {"Running": 0.4, "Pets": 0.3, "Desk & office": -0.4},
    ("device", "tablet"): {"Kitchen": 0.6, "Books": 0.5},
    ("device", "desktop"): {"Desk & office": 0.9, "Camping": 0.3},
    ("page", "home"): {"Coffee & tea": 0.3, "Kitchen": 0.3},
    ("page", "search"): {"Cycling": 0.4, "Camping": 0.4},
    ("page", "category"): {"Garden": 0.3, "Pets": 0.3},
    ("page", "offers"): {"Board games": 0.6, "Baby": 0.5, "Books": 0.3},
    ("part_of_day", "night"): {"Baby": 0.9, "Books": 0.5, "Garden": -0.5},
    ("part_of_day", "morning"): {"Coffee & tea": 0.9, "Running": 0.6},
    ("part_of_day", "afternoon"): {"Desk & office": 0.5, "Garden": 0.4, "Pets": 0.2},
    ("part_of_day", "evening"): {"Board games": 0.7, "Books": 0.5, "Kitchen": 0.4},
    ("weekday", "Monday"): {"Desk & office": 0.7},
    ("weekday", "Tuesday"): {"Desk & office": 0.3},
    ("weekday", "Friday"): {"Board games": 0.5, "Camping": 0.5},
    ("weekday", "Saturday"): {"Garden": 0.7, "Kitchen": 0.4, "Desk & office": -0.9},
    ("weekday", "Sunday"): {"Cycling": 0.5, "Board games": 0.5, "Desk & office": -0.9},
    ("season", "winter"): {"Coffee & tea": 0.5, "Board games": 0.5, "Garden": -1.0},
    ("season", "spring"): {"Garden": 1.0, "Cycling": 0.5},
    ("season", "summer"): {"Camping": 1.0, "Running": 0.3, "Coffee & tea": -0.4},
    ("season", "autumn"): {"Rain gear": 0.6, "Books": 0.4},
}  # fmt: skip

PROFILE_EFFECTS: Effects = {
    ("age_band", "18-24"): {"Running": 0.4, "Garden": -0.6},
    ("age_band", "65+"): {"Garden": 0.8, "Running": -0.6},
    ("occupation", "student"): {"Books": 0.7, "Coffee & tea": 0.5},
    ("occupation", "office worker"): {"Desk & office": 0.9},
    ("occupation", "teacher"): {"Books": 0.6, "Board games": 0.4},
    ("occupation", "nurse"): {"Coffee & tea": 0.5, "Running": 0.3},
    ("occupation", "engineer"): {"Cycling": 0.5, "Desk & office": 0.4},
    ("occupation", "craftsperson"): {"Kitchen": 0.4, "Garden": 0.4},
    ("occupation", "retired"): {"Garden": 0.5, "Pets": 0.4},
    ("household", "alone"): {"Pets": 0.5},
    ("household", "couple"): {"Kitchen": 0.5, "Camping": 0.3},
    ("household", "shared flat"): {"Board games": 0.6, "Baby": -0.8},
    ("household", "young family"): {"Baby": 2.0, "Board games": 0.4},
    ("household", "family with teenagers"): {"Board games": 0.6, "Camping": 0.4, "Pets": 0.4},
    ("country", "Ireland"): {"Rain gear": 0.6},
    ("country", "Norway"): {"Camping": 0.6},
    ("country", "Spain"): {"Garden": 0.3, "Rain gear": -0.4},
}


def effect_matrix(effects: Effects, feature: Feature) -> Float64[np.ndarray, "codes categories"]:
    """Log-odds by code of a feature (row 0 is unknown) and category."""
    matrix = np.zeros((feature.num_codes, len(CATEGORY_NAMES)))
    for code, value in enumerate(feature.values, start=1):
        for category, log_odds in effects.get((feature.name, value), {}).items():
            matrix[code, CATEGORY_NAMES.index(category)] = log_odds
    return matrix


def summed_effects(
    effects: Effects, features: tuple[Feature, ...], table: pd.DataFrame
) -> Float64[np.ndarray, "rows categories"]:
    """Log-odds by category of each row of a table that has one column per feature."""
    total = np.zeros((len(table), len(CATEGORY_NAMES)))
    for feature in features:
        total += effect_matrix(effects, feature)[feature.codes(table[feature.name])]
    return total


def effect_table(effects: Effects) -> pd.DataFrame:
    """The effects as rows: feature, value, category, log_odds."""
    rows = [
        (feature, value, category, log_odds)
        for (feature, value), by_category in effects.items()
        for category, log_odds in by_category.items()
    ]
    return pd.DataFrame(rows, columns=["feature", "value", "category", "log_odds"])
