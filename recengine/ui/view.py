"""What a page knows: the question that the frame is asking, and the engine's answers to it.

Answers are computed once per question and shared by everybody who asks the same; they are
records of tables, which pages read and never change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from recengine.data.dataset import Dataset
from recengine.engine.ablations.results import AblationStudy
from recengine.engine.comparison.results import (
    Disagreements,
    Leaderboard,
    Misses,
    Quality,
    SideBySide,
)
from recengine.engine.contexts.results import ContextImportance
from recengine.engine.evolution.results import Cohort, CohortQuestion, ListThen, TastePair
from recengine.engine.feedback.results import FeedbackProof, Told
from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.interests.results import InterestCalendar, ThemeTimeline
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
from recengine.engine.texts.results import TextWorth
from recengine.types import Request
from recengine.ui.asked import AnyEngine
from recengine.ui.theme import Palette

if TYPE_CHECKING:  # importing them takes seconds, which a first paint must not pay
    pass


MOST_DRAWN = 100_000  # items on a map, were one to look closely; of more, a fair sample


@st.cache_resource(show_spinner=False)
def _memory() -> object:
    """Stands for all that is remembered; another object once everything was forgotten."""
    return object()


@st.cache_resource(max_entries=512, show_spinner=False)
def _answer(asked: tuple, _ask: Callable[..., Any], _arguments: tuple) -> Any:  # noqa: ARG001
    return _ask(*_arguments)


def _hashable(argument: object) -> object:
    return argument.key if isinstance(argument, Request) else argument


@dataclass(frozen=True)
class Answers:
    """The engine, asked through a memory: the same question is never computed twice.

    Attributes:
        engine: who answers.
        serial: tells this opened engine from any other in the process.

    What was answered before a ranker was trained or measured is asked anew. Once everything is
    forgotten, as when somebody is erased, a page that is still on show elsewhere begins anew.
    """

    engine: AnyEngine
    serial: str
    _since: object = field(default_factory=_memory, repr=False, compare=False)

    def once(self, ask: Callable[..., Any], *arguments: object) -> Any:
        """Any question of the engine or of one of its topics: `once(engine.why.explain, ...)`."""
        if self._since is not _memory():
            st.rerun()  # this engine still knows who was erased
        return _answer(self.name_of(ask, *arguments), ask, arguments)

    def name_of(self, ask: Callable[..., Any], *arguments: object) -> tuple:
        """What tells a question from all others."""
        return (self.serial, self.engine.stamp(), ask.__qualname__, *map(_hashable, arguments))

    def facts(self) -> dict[str, Any]:
        """Counts and first and last time of the dataset."""
        return self.once(self.engine.facts)

    def quality(self) -> Quality:
        """Measured quality of the rankers."""
        return self.once(self.engine.quality)

    def leaderboard(self, protocol: str, against: str) -> Leaderboard:
        """The measured rankers under one protocol."""
        return self.once(self.engine.leaderboard, protocol, against)

    def ablation_study(self) -> AblationStudy:
        """What each part of the unified ranker is worth."""
        return self.once(self.engine.ablations.study)

    def context_importance(self) -> ContextImportance:
        """Which features of the moment matter."""
        return self.once(self.engine.contexts.importance)

    def side_by_side(self, first: Request, second: Request) -> SideBySide:
        """Two requests held side by side."""
        return self.once(self.engine.side_by_side, first, second)

    def disagreements(self, first: str, second: str, protocol: str) -> Disagreements | None:
        """For whom two rankers differ most."""
        return self.once(self.engine.disagreements, first, second, protocol)

    def misses(
        self, ranker: str, protocol: str, slice_name: str = "", value: str = ""
    ) -> Misses | None:
        """Which held-out choices a ranker put worst."""
        return self.once(self.engine.misses, ranker, protocol, slice_name, value)

    def text_worth(self) -> TextWorth:
        """What was measured about the item texts."""
        return self.once(self.engine.texts.worth)

    def stories(self) -> tuple[Story, ...]:
        """People worth meeting."""
        return self.once(self.engine.stories)

    def person(self, user_id: str, ranker: str) -> Person:
        """Who somebody is."""
        return self.once(self.engine.person, user_id, ranker)

    def history(self, user_id: str) -> pd.DataFrame:
        """What somebody did, oldest first."""
        return self.once(self.engine.history, user_id)

    def recommend(self, request: Request) -> Recommendations:
        """The list for a request."""
        return self.once(self.engine.recommend, request)

    def told(self, request: Request) -> Told:
        """What was said in this session, and what it did."""
        return self.once(self.engine.feedback.told, request)

    def proof(self, ranker: str) -> FeedbackProof | None:
        """Whether telling it helps, as measured."""
        return self.once(self.engine.feedback.proof, ranker)

    def compare_lists(self, before: Request, after: Request) -> ListChange:
        """How the list differs between two requests."""
        return self.once(self.engine.compare_lists, before, after)

    def item_map(
        self,
        request: Request,
        before: Request | None = None,
        laid_again: bool = False,
        keep: tuple[str, ...] = (),
        hold: tuple[str, ...] = (),
    ) -> ItemMap:
        """The catalogue on a plane; what `keep` names is asked for only where a sample is drawn."""
        if self.engine.dataset.num_items <= MOST_DRAWN:
            keep = ()
        asked = (request, MOST_DRAWN, before, laid_again, keep, hold)
        return self.once(self.engine.item_map, *asked)

    def timeline(self, request: Request) -> Timeline:
        """How the interest moved."""
        return self.once(self.engine.timeline, request)

    def future(self, request: Request, ahead: int, unit: str, method: str) -> FutureTaste:
        """Where the interest goes."""
        return self.once(self.engine.future.taste, request, ahead, unit, method)

    def themes(self, request: Request) -> ThemeTimeline:
        """How the interest moved among themes that nobody named."""
        return self.once(self.engine.interests.themes, request)

    def calendar(self, request: Request) -> InterestCalendar:
        """The interest at regular moments."""
        return self.once(self.engine.interests.calendar, request)

    def list_then(self, request: Request, step: int, hindsight: bool) -> ListThen:
        """What would have been recommended after one event."""
        return self.once(self.engine.evolution.list_then, request, step, hindsight)

    def taste_pair(self, first: Request, second: Request) -> TastePair:
        """How far two tastes are apart."""
        return self.once(self.engine.evolution.side_by_side, first, second)

    def groups(self) -> tuple[CohortQuestion, ...]:
        """How people can be divided."""
        return self.once(self.engine.evolution.groups)

    def cohort(self, by: str, group: str, ranker: str) -> Cohort:
        """How a group drifted."""
        return self.once(self.engine.evolution.cohort, by, group, ranker)

    def explain(self, request: Request, item_id: str) -> Explanation:
        """Why one item has its score."""
        return self.once(self.engine.explain, request, item_id)

    def what_if(self, request: Request, item_id: str) -> WhatIf:
        """What happens to one item's rank without each piece of the request."""
        return self.once(self.engine.what_if, request, item_id)

    def attention(self, request: Request) -> AttentionView:
        """What the model looked at."""
        return self.once(self.engine.attention, request)

    def neighbours(self, request: Request, item_id: str, k: int = 5) -> pd.DataFrame:
        """The nearest items before and now."""
        return self.once(self.engine.neighbours, request, item_id, k)


@dataclass(frozen=True)
class View:
    """The question on show and everything needed to draw its answer.

    Attributes:
        answers: the engine, asked through a memory; `view.answers.timeline(view.request)`.
        dataset: what is loaded.
        request: who, in which moment, with which ranker (always named), how many items.
        person: who the request is for.
        palette: colours of the mode on show.
        categories: fixed colour by category name.
        dynamic: whether this ranker bends item vectors and has an interest vector.
        item: item in focus, from the URL or the last choice; empty if none.
        pinned: the request that was pinned, or None.
    """

    answers: Answers
    dataset: Dataset
    request: Request
    person: Person
    palette: Palette
    categories: dict[str, str]
    dynamic: bool
    item: str
    pinned: Request | None

    @property
    def engine(self) -> AnyEngine:
        """The engine itself, for what needs no memory (search)."""
        return self.answers.engine
