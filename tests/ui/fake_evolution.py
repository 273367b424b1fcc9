"""The small engine's answers about the course of time: futures, lists of then, pairs, groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.engine.evolution.pairs import side_by_side, two_interests
from recengine.engine.evolution.results import (
    Cohort,
    CohortQuestion,
    ListThen,
    Period,
    TastePair,
)
from recengine.engine.evolution.topic import period
from recengine.engine.forecasts.results import COVERAGE_COLUMNS, FutureTaste
from recengine.engine.interests.results import (
    InterestCalendar,
    InterestKeywords,
    ThemeTimeline,
)
from recengine.engine.results import Recommendations, Timeline
from recengine.errors import ConfigError
from recengine.explanations.words import language
from recengine.interests.bulk import LogDates
from recengine.types import Request

Tell = Callable[[Request], Timeline]
Recommend = Callable[[Request], Recommendations]
_SPREAD = {50: 0.02, 80: 0.05, 95: 0.1}


@dataclass
class FakeFuture:
    """Tomorrow is as today, a little wider with every step; for "short" there is no future."""

    tell: Tell
    recommend: Recommend

    def taste(
        self, request: Request, ahead: int = 10, unit: str = "events", method: str = ""
    ) -> FutureTaste:
        told = self.tell(request)
        if len(told.events) < 5:
            raise ConfigError("5 events are needed to foretell a taste. Choose another person.")
        now = told.shares.drop(columns="step", errors="ignore").iloc[-1]
        steps = tuple(range(1, ahead + 1))
        shares = pd.DataFrame(
            [
                {"ahead": step, "category": name, "mean": share}
                | {f"low{band}": max(0, share - wide * step / ahead)
                   for band, wide in _SPREAD.items()}
                | {f"high{band}": min(1, share + wide * step / ahead)
                   for band, wide in _SPREAD.items()}
                for step in steps
                for name, share in now.items()
            ]
        )  # fmt: skip
        path = pd.DataFrame({"ahead": steps, "x": 0.1, "y": 0.2})
        for band, wide in _SPREAD.items():
            path[f"radius{band}"] = 10 * wide
        items = self.recommend(request).items.iloc[::-1].reset_index(drop=True)
        items = items.assign(rank_now=items["rank"] + 3, rank=np.arange(1, len(items) + 1))
        methods = pd.DataFrame(
            {
                "method": ["persistence", "gru"],
                "label": ["Persistence", "GRU"],
                "learned": [False, True],
                "fitted": [True, True],
                "trusted": [False, False],
                "skill": [np.nan, -0.02],
                "low": [np.nan, -0.05],
                "high": [np.nan, 0.01],
                "measured_on": ["", "120 questions"],
            }
        )
        return FutureTaste(
            request=request,
            method=method or "persistence",
            label="GRU" if method == "gru" else "Persistence",
            unit=unit,
            ahead=steps,
            shares=shares,
            path=path,
            items=items,
            methods=methods,
            trusted=False,
            sentence="Nothing beats keeping today's taste; Drama stays ahead.",
            coverage=_coverage(method or "persistence", unit),
            coverage_sentence=f"Measured 10 {unit} ahead, they held 49, 80 and 96 %.",
            measured_at=10,
        )


def _coverage(method: str, unit: str) -> pd.DataFrame:
    """Honest after calibration; of the last horizon little is known."""
    rows = [
        {
            "method": method,
            "unit": unit,
            "ahead": ahead,
            "answers": answers,
            "enough": answers > 30,
            "pit": [0.1] * 10,
        }
        | {f"raw{band}": band / 110 for band in _SPREAD}
        | {f"held{band}": band / 100 for band in _SPREAD}
        | {f"width{band}": 2 * wide for band, wide in _SPREAD.items()}
        for ahead, answers in ((1, 300), (10, 120), (30, 3))
    ]
    return pd.DataFrame(rows, columns=COVERAGE_COLUMNS)


@dataclass
class FakeInterests:
    """Two themes that take turns, and months of which every fourth was silent."""

    tell: Tell

    def themes(self, request: Request) -> ThemeTimeline:
        told = self.tell(request)
        steps = told.events["step"]
        space = (0.2 + 0.6 * steps / steps.max()).to_numpy()
        shares = pd.DataFrame({"step": steps, "Space · Alien": space, "Love · Wedding": 1 - space})
        names = list(shares.columns[1:])
        titles = [["The Silent Number 4"], ["The Last Number 8", "The Hidden Number 9"]]
        return ThemeTimeline(
            user_id=request.user_id,
            themes=pd.DataFrame({"name": names, "items": [25, 15], "examples": titles}),
            shares=shares,
            of_events=tuple(names[step % 2] for step in steps),
            turning_points=told.turning_points.assign(
                from_category="Love · Wedding", to_category="Space · Alien"
            ),
            turns_note="",
            sentence="Today the theme Space · Alien leads with 80%.",
        )

    def dates(self) -> LogDates:
        return LogDates(4, 0.0, 0.0, 0.0, 90.0, "The times look real for 100% of the 4 people.")

    def keywords(
        self,
        request: Request,
        steps: Sequence[int] = (0,),
        k: int = 6,  # noqa: ARG002
        language_code: str = "en",
        progress: Progress = silent,
    ) -> tuple[InterestKeywords, ...]:
        progress("Reading words", 1, 1)
        length = len(self.tell(request).events)
        words = [
            pd.DataFrame({"word": [word], "weight": 0.5, "items": 3, "examples": [["Heat <b>"]]})
            for word in ("love story", "dark city")
        ]
        spoken = language(language_code)
        found = []
        for step in steps:
            later = words[1] if 0 < step < length else words[1].head(0)
            sentence = spoken.keywords_around(step or length, ("love story",), tuple(later["word"]))
            of = (request.user_id, step or length, words[0], later)
            found.append(InterestKeywords(*of, "tiny", "Nearest, as tiny reads them.", sentence))
        return tuple(found)

    def turn_trust(self) -> str:
        return "Precision is 0.76 and recall 0.29 within three events."

    def calendar(self, request: Request) -> InterestCalendar:
        told = self.tell(request)
        every = told.events.iloc[:: max(1, len(told.events) // 8)]
        known = np.arange(len(every)) % 4 != 2
        table = pd.DataFrame(
            {"timestamp": every["timestamp"], "step": every["step"], "age_days": 3.0,
             "events": 2, "known": known}
        ).reset_index(drop=True)  # fmt: skip
        shares = (
            told.shares.drop(columns="step", errors="ignore")
            .iloc[every["step"] - 1]
            .reset_index(drop=True)
        )
        shares.loc[~known] = np.nan
        return InterestCalendar(
            request.user_id, "month", table, shares, "In 2 of 8 months silence."
        )


@dataclass
class FakeEvolution:
    """The real words on small tables."""

    tell: Tell
    recommend: Recommend

    def period(self, told: Timeline, first: int, last: int) -> Period:
        return period(told, first, last)

    def side_by_side(self, first: Request, second: Request) -> TastePair:
        return side_by_side(self.tell(first), self.tell(second))

    def two_interests(self, told: Timeline, first: str, second: str) -> str:
        return two_interests(told, first, second)

    def list_then(self, request: Request, step: int, hindsight: bool = False) -> ListThen:
        trained = request.ranker == "unified"
        ranker = "popularity" if trained and not hindsight else request.ranker
        items = self.recommend(replace(request, ranker=ranker)).items
        items = items.assign(chosen_at=0, rank_now=items["rank"] + 20)
        items.loc[1, "chosen_at"] = step + 7
        return ListThen(
            request=replace(request, ranker=ranker),
            label=ranker.capitalize(),
            step=step,
            cut=960_000_000,
            items=items,
            candidates=len(items),
            known_events=1_234,
            hindsight="Its weights know later days." if hindsight and trained else "",
            sentence="One of these ten was chosen later.",
        )

    def groups(self) -> tuple[CohortQuestion, ...]:
        return (
            CohortQuestion("everybody", "Everybody", {"everybody": 90}),
            CohortQuestion("age", "Age", {"18-24": 40, "25-34": 50}),
        )

    measured = False

    def missing(self, *_: str) -> int:
        return 0 if self.measured else 4

    def measure(self, _by: str, _group: str, _ranker: str, progress: Progress) -> None:
        for done in range(4):
            progress("Following", done, 4)
        self.measured = True

    def cohort(self, by: str, group: str, ranker: str = "") -> Cohort:  # noqa: ARG002
        stages = np.repeat(np.arange(1, 11), 2)
        mean = np.where(np.arange(20) % 2, 0.3 + stages / 50, 0.7 - stages / 50)
        path = pd.DataFrame({"stage": stages, "category": ["Drama", "Comedy"] * 10, "mean": mean})
        for name, wide in (("", 0.02), ("people_", 0.2)):
            path[f"{name}low"], path[f"{name}high"] = mean - wide, mean + wide
        mover = {
            "start": 0.7, "end": 0.5, "change": -0.2, "change_low": -0.25, "change_high": -0.15,
            "sure": True, "held": 50, "left": 20, "left_share": 0.4, "left_low": 0.28,
            "left_high": 0.54, "joined": 3, "net": -0.34, "net_low": -0.4, "net_high": -0.2,
            "net_sure": True,
        }  # fmt: skip
        rows = [{"category": "Drama", **mover}, {"category": "Comedy", **mover, "net_sure": False}]
        return Cohort(by, group, 80, 90, path, pd.DataFrame(rows), 0.6, f"{group} left Drama.")
