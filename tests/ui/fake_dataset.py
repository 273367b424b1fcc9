"""Forty films in five categories and four people, some titles hostile.

The people: "full" has sixty events, "short" three, "empty" none, "broken" five.
"""

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.features import TIME_FEATURES, Feature

HOSTILE_TITLES = (
    "<script>alert(1)</script>",
    "**bold** and $x^2$",
    ":material/home: [link](https://example.org)",
    '=cmd()|"calc"!A1',
)
CATEGORIES = ("Drama", "Comedy", "Thriller", "Film-Noir", "Science Fiction")
LENGTHS = {"full": 60, "short": 3, "empty": 0, "broken": 5}
NUM_FILMS = 40
WEATHER = Feature("weather", "Weather", ("dry", "rainy"))


def make_dataset(*, simulated: bool = False, num_films: int = NUM_FILMS) -> Dataset:
    """The catalogue, the people and what they did."""
    titles = [f"The {word} Number {i}" for i, word in zip(range(num_films), _words(), strict=False)]
    titles[: len(HOSTILE_TITLES)] = HOSTILE_TITLES
    items = pd.DataFrame(
        {
            "item_id": [str(100 + i) for i in range(num_films)],
            "title": titles,
            "year": [1940 + i % 60 for i in range(num_films)],
            "categories": [
                [CATEGORIES[i % 5], CATEGORIES[(i + 1) % 5]] if i % 3 else [CATEGORIES[i % 5]]
                for i in range(num_films)
            ],
            "description": "A film.",
        }
    )
    events = [
        {
            "user_id": user,
            "item_id": str(100 + (7 * step + len(user)) % num_films),
            "timestamp": 960_000_000 + 400_000 * step + 3_600 * (step % 24),
            "event": "rating",
            "value": float(1 + (step * 3) % 5),
            "weather": ("dry", "rainy")[step % 2],
        }
        for user, length in LENGTHS.items()
        for step in range(length)
    ]
    users = pd.DataFrame(
        {"user_id": list(LENGTHS), "age": ["25-34", "18-24", "35-44", "56+"], "job": "programmer"}
    )
    return Dataset(
        name="fake",
        title="Fake films",
        interactions=pd.DataFrame(events),
        items=items,
        users=users,
        context_features=(*TIME_FEATURES, WEATHER),
        profile_features=(
            Feature("age", "Age", ("18-24", "25-34", "35-44", "56+")),
            Feature("job", "Occupation", ("programmer",)),
        ),
        simulated=simulated,
        credit="Nobody made this.",
    )


def _words() -> list[str]:
    return ["Silent", "Golden", "Broken", "Last", "Hidden"] * 400
