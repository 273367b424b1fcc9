"""People worth meeting, found in the data: a switch, a drift, a moment's taste, extremes.

Nothing here asks a ranker: the stories are in the log itself, so they hold for every ranker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from recengine.data.dataset import Dataset
from recengine.data.features import Feature
from recengine.interests import taste

SWITCH_WINDOW = 20
LONG_HISTORY = 60
MOMENT_EVENTS = 20  # events needed in a moment, and beside it
MOMENT_DAYS = 6  # on so many different days, or it was one sitting
YEAR = 365.25 * taste.DAY


@dataclass(frozen=True)
class FoundStory:
    """One person worth meeting.

    Attributes:
        kind: "switch", "drift", "moment", "devotee", "omnivore" or "newcomer".
        title: one line for a menu.
        user_id: who.
        context: the moment to look at, if the story is about one.
    """

    kind: str
    title: str
    user_id: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Candidate:
    user_index: int
    topic: str  # stories of one kind should not all be about the same thing
    title: str
    context: Mapping[str, str] = field(default_factory=dict)


def find_stories(dataset: Dataset, per_kind: int = 2) -> tuple[FoundStory, ...]:
    """The most telling people of each kind; no person and no title comes twice.

    Args:
        dataset: the whole log.
        per_kind: stories of each kind at most; a kind that the data does not show is left out.
    """
    if not len(dataset.log.items):
        return ()
    finder = _Finder(dataset)
    of_tastes = {
        "switch": finder.switches(),
        "drift": finder.drifts(),
        "moment": finder.moments(),
        "devotee": finder.devotees(),
        "omnivore": finder.omnivores(),
    }
    known = of_tastes if finder.names else {}  # items without categories tell of no taste
    kinds = {**known, "newcomer": finder.newcomers()}
    stories: list[FoundStory] = []
    told: set[int] = set()
    for kind, candidates in kinds.items():
        topics: set[str] = set()
        for candidate in candidates:
            if len(topics) == per_kind:
                break
            if candidate.user_index in told or candidate.topic in topics:
                continue
            told.add(candidate.user_index)
            topics.add(candidate.topic)
            user_id = str(dataset.user_ids[candidate.user_index])
            stories.append(FoundStory(kind, candidate.title, user_id, candidate.context))
    return tuple(stories)


class _Finder:
    """Candidates of every kind, the most telling first."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.log = dataset, dataset.log
        self.shares, self.names = taste.event_shares(dataset)
        self.totals = taste.running_totals(self.shares)
        ends = self.totals[self.log.offsets[1:]] - self.totals[self.log.offsets[:-1]]
        self.means = ends / np.maximum(self.log.lengths, 1)[:, None]
        self.stretches = taste.stretch_means(self.totals, self.log)
        self.usual = self.totals[-1] / len(self.shares)  # the whole log's shares

    def switches(self) -> Iterator[_Candidate]:
        """A category that jumps up within a window and had been rare before."""
        size, where = taste.best_switch(self.totals, self.log, SWITCH_WINDOW)
        starts = self.log.offsets[:-1, None]
        before = self.totals[where, np.arange(len(self.names))]
        before = (before - self.totals[self.log.offsets[:-1]]) / np.maximum(where - starts, 1)
        rare = np.clip(np.maximum(before, self.usual), 0.02, 0.98)  # a rare category tells more
        score = size / np.sqrt(rare * (1 - rare) / SWITCH_WINDOW)  # in standard errors
        score[(before > 0.15) | (size < 0.25) | (score < 5)] = 0
        score[self.log.lengths < 3 * SWITCH_WINDOW] = 0
        for user, category in _strongest(score):
            name = self.names[category]
            yield _Candidate(user, name, f"Sudden switch to {name}")

    def drifts(self) -> Iterator[_Candidate]:
        """A category that rises, and one that falls, steadily over the whole history."""
        rise = self.stretches[:, -2:].mean(axis=1) - self.stretches[:, :2].mean(axis=1)
        steady = self._steadiness(rise.argmax(axis=1))
        error = np.sqrt(0.5 / np.maximum(self.log.lengths / 4, 1))  # of two quarters, at its worst
        score = np.abs(rise).sum(axis=1) / 2 * steady
        score[(rise.max(axis=1) < np.maximum(0.2, 3 * error)) | (steady < 0.75)] = 0
        score *= np.minimum(taste.effective_days(self.log) / 10, 1)  # over time, not at one sitting
        score[self.log.lengths < LONG_HISTORY] = 0
        for user, _ in _strongest(score[:, None]):
            lost, gained = self.names[rise[user].argmin()], self.names[rise[user].argmax()]
            title = f"Slow drift from {lost} to {gained} {self._over(user)}"
            yield _Candidate(user, gained, title)

    def moments(self) -> Iterator[_Candidate]:
        """A category chosen far more often in one moment than in all others."""
        found = []
        for position, feature in enumerate(self.dataset.context_features):
            lift, category = self._lift_by_value(position, feature)
            for user, code in _strongest(lift):
                found.append((lift[user, code], user, feature, code, category[user, code]))
        found.sort(key=lambda each: -each[0])
        for _, user, feature, code, category in found:
            value, name = feature.value(int(code)), self.names[category]
            title = f"Turns to {name} {_moment_phrase(feature, value)}"
            yield _Candidate(user, feature.name, title, {feature.name: value})

    def devotees(self) -> Iterator[_Candidate]:
        """One category above everything else, though it is not everybody's."""
        score = np.where(self.means >= 0.5, self.means - self.usual, 0)
        score[self.log.lengths < LONG_HISTORY // 2] = 0
        for user, category in _strongest(score):
            share, events = self.means[user, category], self.log.lengths[user]
            title = f"Devoted to {self.names[category]}: {share:.0%} of {events:,} events"
            yield _Candidate(user, self.names[category], title)

    def omnivores(self) -> Iterator[_Candidate]:
        """Events spread over more categories than anybody else's."""
        logarithms = np.log(np.where(self.means > 0, self.means, 1))
        score = np.exp(-(self.means * logarithms).sum(axis=1))  # effective number of categories
        score[self.log.lengths < LONG_HISTORY] = 0
        score[score < 4] = 0
        for user, _ in _strongest(score[:, None]):
            most, many = self.means[user].max(), int((self.means[user] > 0).sum())
            title = f"A bit of everything: {many} categories, none above {most:.0%}"
            yield _Candidate(user, title, title)

    def newcomers(self) -> Iterator[_Candidate]:
        """The shortest histories, the most recent first."""
        lengths = self.log.lengths
        people = np.flatnonzero((lengths > 0) & (lengths <= np.median(lengths) / 3))
        last = self.log.times[self.log.offsets[people + 1] - 1]
        for user in people[np.lexsort((-last, lengths[people]))][:50]:
            events = int(lengths[user])
            title = f"A newcomer with only {events} event{'s' if events > 1 else ''}"
            yield _Candidate(int(user), title, title)

    def _steadiness(self, category: np.ndarray) -> Float[np.ndarray, "user"]:
        """Correlation of each person's given category with the course of time."""
        course = np.take_along_axis(self.stretches, category[:, None, None], axis=2)[:, :, 0]
        course = course - course.mean(axis=1, keepdims=True)
        time = np.arange(course.shape[1]) - (course.shape[1] - 1) / 2
        length = np.linalg.norm(course, axis=1) * np.linalg.norm(time)
        return course @ time / np.where(length > 0, length, 1)

    def _lift_by_value(
        self, position: int, feature: Feature
    ) -> tuple[Float[np.ndarray, "user value"], np.ndarray]:
        """How much the best category gains in each moment, in standard errors; 0 if too few."""
        sums, counts, days = taste.shares_by_value(
            self.shares, self.log, position, feature.num_codes
        )
        totals, lengths = sums.sum(axis=1, keepdims=True), counts.sum(axis=1, keepdims=True)
        here = sums / np.maximum(counts, 1)[:, :, None]
        elsewhere = (totals - sums) / np.maximum(lengths - counts, 1)[:, :, None]
        error = np.sqrt(
            np.maximum(elsewhere * (1 - elsewhere), 0.01)
            * (1 / np.maximum(counts, 1) + 1 / np.maximum(lengths - counts, 1))[:, :, None]
        )
        gain = here - elsewhere
        lift = np.where(gain >= 0.15, gain / error, 0)
        enough = (counts >= MOMENT_EVENTS) & (lengths - counts >= MOMENT_EVENTS)
        enough &= days >= MOMENT_DAYS
        enough[:, 0] = False  # "unknown" is no moment
        best = lift.max(axis=2) * enough
        return np.where(best >= 4, best, 0), lift.argmax(axis=2)

    def _over(self, user: int) -> str:
        """How long a history is, in words."""
        times = self.log.times[self.log.span(user)]
        years = (times[-1] - times[0]) / YEAR
        if years >= 1.5:
            return f"over {years:.0f} years"
        if years >= 1 / 6:
            return f"over {years * 12:.0f} months"
        return f"over {len(times):,} events"


def _strongest(score: Float[np.ndarray, "user choice"]) -> Iterator[tuple[int, int]]:
    """Positions of the largest positive scores, at most one for each person."""
    choice = score.argmax(axis=1)
    best = score[np.arange(len(score)), choice]
    for user in np.argsort(-best, kind="stable"):
        if best[user] > 0:
            yield int(user), int(choice[user])


def _moment_phrase(feature: Feature, value: str) -> str:
    """The moment as it is said within a sentence."""
    if feature.name == "part_of_day":
        return "at night" if value == "night" else f"in the {value}"
    if feature.name == "weekday":
        return f"on {value}s"
    if feature.name == "season":
        return f"in {value}"
    return f"when {feature.label[:1].lower()}{feature.label[1:]} is {value}"
