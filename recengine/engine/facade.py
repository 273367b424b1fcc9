"""The engine: every question that the dashboard and the command line may ask."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.encoders.generator import GeneratorConfig
from recengine.engine import jobs, lists, maps, people, timelines
from recengine.engine.ablations.topic import Ablations
from recengine.engine.assets import files_stamp
from recengine.engine.comparison import answered, leaning, quality, sides
from recengine.engine.comparison.results import (
    Disagreements,
    Leaderboard,
    Misses,
    Quality,
    SideBySide,
    StoredAnswers,
    Untrained,
)
from recengine.engine.comparison.searches import Searches
from recengine.engine.contexts.topic import Contexts
from recengine.engine.evolution.topic import Evolution
from recengine.engine.feedback.topic import Feedback
from recengine.engine.forecasts.topic import Future
from recengine.engine.interests.topic import Interests
from recengine.engine.opening import open_state
from recengine.engine.privacy.control import Control
from recengine.engine.rankers import TRAINED, Rankers
from recengine.engine.results import (
    AttentionView,
    Explanation,
    ItemMap,
    ListChange,
    Person,
    Recommendations,
    Story,
    Timeline,
    WhatIf,
)
from recengine.engine.state import State
from recengine.engine.telling.topic import Telling
from recengine.engine.texts.topic import Texts
from recengine.engine.why import audit, reasons
from recengine.engine.why.audit_results import Audit
from recengine.engine.why.topic import Why
from recengine.errors import UnknownNameError
from recengine.models import MODELS
from recengine.models.base import InterestModel
from recengine.models.unified import Unified
from recengine.types import Request


class Engine:
    """Load once, ask often; safe to share between threads."""

    def __init__(self, state: State, source: str = "", writer: str = "") -> None:
        """Ask a state; "" is the dataset's own name as `source`, the default one as `writer`."""
        self._state = state
        self._source = source or state.dataset.name
        self._writer = GeneratorConfig(name=writer) if writer else GeneratorConfig()

    @classmethod
    def open(
        cls,
        name_or_path: str,
        workspace: Workspace,
        *,
        writer: str = "",
        progress: Progress = silent,
    ) -> "Engine":
        """Prepare what is missing for a dataset (data, vectors, prior, layout), then load it.

        Args:
            name_or_path: a built-in dataset, or the path of one's own.
            workspace: where things are kept.
            writer: name or folder of the language model that rewords texts; "" is the default one.
            progress: told about the slow parts.

        Raises:
            RecEngineError: something is missing and could not be fetched or made.
        """
        return cls(open_state(name_or_path, workspace, progress=progress), name_or_path, writer)

    @cached_property
    def telling(self) -> Telling:
        """Explanations, items and interests in words."""
        return Telling(self._state, self._writer)

    @property
    def dataset(self) -> Dataset:
        """What is loaded."""
        return self._state.dataset

    @property
    def ranker_names(self) -> tuple[str, ...]:
        """Rankers that are ready, best first."""
        return tuple(name for name in MODELS if name in self._state.rankers)

    @property
    def ranker_labels(self) -> dict[str, str]:
        """Plain label by ranker; a blend is called after its two rankers."""
        return {name: self._state.label(name) for name in self.ranker_names}

    @property
    def default_ranker(self) -> str:
        """The ranker that an empty name means."""
        return self._state.default_ranker

    def ranker_facts(self, ranker: str = "") -> dict[str, Any]:
        """How a ranker on show was made; empty where nothing is known.

        Of a closed-form one, `settings` tells where its settings are from.
        """
        rankers = self._state.rankers
        return rankers.facts(self._state.ready(ranker)) if isinstance(rankers, Rankers) else {}

    def dynamic(self, ranker: str = "") -> bool:
        """Whether a ranker has dynamic items and attention, and interests of course."""
        return issubclass(MODELS[self._state.ready(ranker)], Unified)

    def follows_interest(self, ranker: str = "") -> bool:
        """Whether a ranker has an interest vector after every event, and so a timeline."""
        return issubclass(MODELS[self._state.ready(ranker)], InterestModel)

    @property
    def texts(self) -> Texts:
        """Questions about the item texts: what they are worth, what a language model looks at."""
        return Texts(self._state)

    def facts(self) -> dict[str, int | float]:
        """Counts and spans: events, people, items, first_time, last_time, events_per_person."""
        return people.counts(self._state)

    def person(self, user_id: str, ranker: str = "") -> Person:
        """Who somebody is."""
        return people.person(self._state, user_id, ranker)

    def latest_context(self, user_id: str) -> dict[str, str]:
        """The moment of the person's last event; empty without events."""
        span = self.dataset.log.span(self.dataset.user_index(user_id))
        return dict(self.dataset.context_of(span.stop - 1)) if span.stop > span.start else {}

    def history(self, user_id: str) -> pd.DataFrame:
        """step, item_id, title, year, categories, timestamp, event, value; oldest first."""
        return people.history(self._state, user_id)

    def recommend(self, request: Request) -> Recommendations:
        """What would this person see now?"""
        return lists.recommend(self._state, request)

    def compare_lists(self, before: Request, after: Request) -> ListChange:
        """What changes between two requests?"""
        return lists.compare_lists(self._state, before, after)

    def item_map(
        self,
        request: Request,
        max_items: int = 20_000,
        before: Request | None = None,
        laid_again: bool = False,
        keep: Sequence[str] = (),
        hold: Sequence[str] = (),
    ) -> ItemMap:
        """How does the catalogue look to this person now? The wishes are those of the map."""
        return maps.item_map(self._state, request, max_items, before, laid_again, keep, hold)

    def neighbours(self, request: Request, item_id: str, k: int = 5) -> pd.DataFrame:
        """item_id, title, before, now, cosine_before, cosine_now of the nearest items."""
        return maps.neighbours(self._state, request, item_id, k)

    def timeline(self, request: Request) -> Timeline:
        """How did the taste move?"""
        return timelines.timeline(self._state, request)

    @cached_property
    def evolution(self) -> Evolution:
        """How do tastes evolve: a stretch of time, a list of then, two people, groups?"""
        return Evolution(self._state)

    @property
    def interests(self) -> Interests:
        """More on interests over time: by the calendar, in themes, and how sure turns are."""
        return Interests(self._state)

    @property
    def control(self) -> Control:
        """What is known of a person, and what switching parts of it off changes."""
        return Control(self._state, self._source)

    def explain(self, request: Request, item_id: str) -> Explanation:
        """Why is this item here?"""
        return reasons.explain(self._state, request, item_id)

    @property
    def why(self) -> Why:
        """Every other question that begins with why: methods, comparisons, least changes."""
        return Why(self._state)

    def audit(
        self, ranker: str = "", people: int = 400, seed: int = 0, progress: Progress = silent
    ) -> Audit:
        """What do the first items of so many people rest on, and whose reasons are odd?"""
        return audit.audit(self._state, ranker, people, seed, progress)

    def what_if(self, request: Request, item_id: str) -> WhatIf:
        """What would change its place?"""
        return reasons.what_if(self._state, request, item_id)

    def attention(self, request: Request) -> AttentionView:
        """What did the model look at?"""
        return reasons.attention(self._state, request)

    @property
    def feedback(self) -> Feedback:
        """What was said in this session, what it did, and whether it helps."""
        return Feedback(self._state)

    @cached_property
    def future(self) -> Future:
        """Where do tastes go next?"""
        return Future(self._state)

    def stories(self) -> tuple[Story, ...]:
        """People worth meeting; found once."""
        return self._state.once(("stories",), lambda: people.stories(self._state))

    def quality(self) -> Quality:
        """How good are the rankers of this dataset, as measured?"""
        return quality.measured_quality(self._state)

    def measured_protocols(self) -> tuple[str, ...]:
        """Protocols under which somebody measured the rankers of this dataset."""
        return quality.measured_protocols(self._state)

    def leaderboard(self, protocol: str = "P-A", against: str = "") -> Leaderboard:
        """How do the rankers compare under one protocol?

        Args:
            protocol: one of the known ones; without results the table is empty.
            against: the ranker that the others are compared with; "" chooses one.

        Raises:
            UnknownNameError: no such protocol, or nobody measured that ranker.
        """
        return quality.leaderboard(self._state, protocol, against)

    def stored_answers(self, protocol: str = "P-A") -> StoredAnswers | None:
        """What each measured ranker answered to every held-out question, if that was kept."""
        return quality.stored_answers(self._state, protocol)

    def side_by_side(self, first: Request, second: Request) -> SideBySide:
        """What does each of two requests get, and where do they part?"""
        return sides.side_by_side(self._state, first, second)

    def leaned(self, request: Request, progress: Progress = silent) -> pd.DataFrame:
        """step, item_id, title, share: which events does the list lose most without?

        Raises:
            ConfigError: the ranker is too slow to be asked without each event.
        """
        return leaning.leaned_without(self._state, request, progress)

    def disagreements(
        self, first: str, second: str, protocol: str = "P-A", limit: int = 50
    ) -> Disagreements | None:
        """For whom do two measured rankers differ most? None without stored answers."""
        return answered.disagreements(self._state, first, second, protocol, limit)

    def misses(
        self,
        ranker: str,
        protocol: str = "P-A",
        slice_name: str = "",
        value: str = "",
        limit: int = 50,
    ) -> Misses | None:
        """Which held-out choices did a ranker put worst? None without stored answers."""
        return answered.misses(self._state, ranker, protocol, slice_name, value, limit)

    @property
    def ablations(self) -> Ablations:
        """What is each part of the unified ranker worth?"""
        return Ablations(self._state)

    @property
    def contexts(self) -> Contexts:
        """Which features of the moment matter?"""
        return Contexts(self._state)

    @cached_property
    def searches(self) -> Searches:
        """What was tried in searches for settings, and which settings mattered?"""
        return Searches(self._state, self._source)

    def untrained(self) -> tuple[Untrained, ...]:
        """Rankers that wait to be trained on this data, and how far each is."""
        waiting = tuple(name for name in TRAINED if name not in self._state.rankers)
        return jobs.untrained(self._state.workspace, self._source, waiting, self.ranker_names)

    def start_training(self, ranker: str) -> None:
        """Train a ranker in a process of its own, or go on with one that was stopped.

        Raises:
            UnknownNameError: no such ranker, or it needs no training.
        """
        if ranker not in TRAINED:
            raise UnknownNameError("ranker to train", ranker, TRAINED)
        jobs.start(self._state.workspace, self._source, ranker)

    def cancel_training(self, ranker: str) -> None:
        """End a training; its last checkpoint is kept."""
        jobs.cancel(self._state.workspace, self._source, ranker)

    def stamp(self) -> str:
        """Another one whenever a ranker was trained or measured, so that answers may differ."""
        return files_stamp(self.dataset.name, self._state.workspace)

    def search_items(self, text: str, limit: int = 20) -> pd.DataFrame:
        """Items whose title contains all words, those that begin with them first."""
        return lists.search(self._state, text, limit)

    def random_user(self, seed: int) -> str:
        """Somebody with a history; the same for the same seed."""
        return people.random_user(self._state, seed)
