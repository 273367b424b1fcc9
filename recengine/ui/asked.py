"""What the pages ask of an engine; `recengine.engine.Engine` answers all of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress
from recengine.engine.ablations.results import AblationStudy
from recengine.engine.comparison.results import (
    Disagreements,
    Job,
    Leaderboard,
    Misses,
    Quality,
    SideBySide,
    Untrained,
)
from recengine.engine.comparison.search_results import Searched, SettingsWorth
from recengine.engine.contexts.results import ContextImportance
from recengine.engine.feedback.results import FeedbackProof, Told
from recengine.engine.interests.results import (
    InterestCalendar,
    InterestKeywords,
    ThemeTimeline,
)
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
from recengine.engine.why.audit_results import Audit
from recengine.interests.bulk import LogDates
from recengine.types import Request

if TYPE_CHECKING:  # importing them takes seconds, which a first paint must not pay
    from recengine.engine.evolution.topic import Evolution
    from recengine.engine.forecasts.topic import Future
    from recengine.engine.privacy.control import Control
    from recengine.engine.telling.topic import Telling
    from recengine.engine.why.topic import Why


@runtime_checkable
class AnyTexts(Protocol):
    """What the pages ask about item texts."""

    def worth(self) -> TextWorth: ...  # noqa: D102


@runtime_checkable
class AnyAblations(Protocol):
    """What the pages ask about the parts of the unified ranker."""

    def study(self) -> AblationStudy: ...  # noqa: D102


@runtime_checkable
class AnySearches(Protocol):
    """What the pages ask about searches for settings."""

    @property
    def rankers(self) -> dict[str, str]: ...  # noqa: D102
    def tried(self, ranker: str) -> bool: ...  # noqa: D102
    def stamp(self, ranker: str) -> str: ...  # noqa: D102
    def found(self, ranker: str) -> Searched: ...  # noqa: D102
    def worth(self, ranker: str, progress: Progress = ...) -> SettingsWorth: ...  # noqa: D102
    def job(self, ranker: str) -> Job: ...  # noqa: D102
    def start(self, ranker: str) -> None: ...  # noqa: D102
    def cancel(self, ranker: str) -> None: ...  # noqa: D102


@runtime_checkable
class AnyContexts(Protocol):
    """What the pages ask about moments."""

    def importance(self) -> ContextImportance: ...  # noqa: D102


@runtime_checkable
class AnyInterests(Protocol):
    """What the pages ask about interests over time, beside the timeline."""

    def dates(self) -> LogDates: ...  # noqa: D102
    def themes(self, request: Request) -> ThemeTimeline: ...  # noqa: D102
    def calendar(self, request: Request) -> InterestCalendar: ...  # noqa: D102
    def turn_trust(self) -> str: ...  # noqa: D102
    def keywords(  # noqa: D102
        self,
        request: Request,
        steps: Sequence[int] = (0,),
        k: int = 6,
        language_code: str = "en",
        progress: Progress = ...,
    ) -> tuple[InterestKeywords, ...]: ...


@runtime_checkable
class AnyFeedback(Protocol):
    """What the pages ask about the feedback in a request."""

    def learns(self, ranker: str) -> bool: ...  # noqa: D102
    def told(self, request: Request) -> Told: ...  # noqa: D102
    def proof(self, ranker: str) -> FeedbackProof | None: ...  # noqa: D102


@runtime_checkable
class AnyEngine(Protocol):
    """Every question of the pages."""

    @property
    def dataset(self) -> Dataset: ...  # noqa: D102
    @property
    def ranker_names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def ranker_labels(self) -> dict[str, str]: ...  # noqa: D102
    @property
    def default_ranker(self) -> str: ...  # noqa: D102
    @property
    def feedback(self) -> AnyFeedback: ...  # noqa: D102
    @property
    def texts(self) -> AnyTexts: ...  # noqa: D102

    @property
    def control(self) -> "Control": ...  # noqa: D102
    @property
    def evolution(self) -> "Evolution": ...  # noqa: D102
    @property
    def future(self) -> "Future": ...  # noqa: D102
    @property
    def interests(self) -> AnyInterests: ...  # noqa: D102
    @property
    def ablations(self) -> AnyAblations: ...  # noqa: D102
    @property
    def contexts(self) -> AnyContexts: ...  # noqa: D102
    @property
    def searches(self) -> AnySearches: ...  # noqa: D102

    def dynamic(self, ranker: str) -> bool: ...  # noqa: D102
    def follows_interest(self, ranker: str) -> bool: ...  # noqa: D102
    def facts(self) -> dict[str, Any]: ...  # noqa: D102
    def ranker_facts(self, ranker: str = "") -> dict[str, Any]: ...  # noqa: D102
    def person(self, user_id: str, ranker: str = "") -> Person: ...  # noqa: D102
    def latest_context(self, user_id: str) -> dict[str, str]: ...  # noqa: D102
    def history(self, user_id: str) -> pd.DataFrame: ...  # noqa: D102
    def recommend(self, request: Request) -> Recommendations: ...  # noqa: D102
    def compare_lists(self, before: Request, after: Request) -> ListChange: ...  # noqa: D102
    def item_map(  # noqa: D102
        self,
        request: Request,
        max_items: int = 20_000,
        before: Request | None = None,
        laid_again: bool = False,
        keep: tuple[str, ...] = (),
        hold: tuple[str, ...] = (),
    ) -> ItemMap: ...
    def timeline(self, request: Request) -> Timeline: ...  # noqa: D102
    def explain(self, request: Request, item_id: str) -> Explanation: ...  # noqa: D102
    def what_if(self, request: Request, item_id: str) -> WhatIf: ...  # noqa: D102
    def attention(self, request: Request) -> AttentionView: ...  # noqa: D102
    def neighbours(self, request: Request, item_id: str, k: int = 5) -> pd.DataFrame: ...  # noqa: D102
    def stories(self) -> tuple[Story, ...]: ...  # noqa: D102
    @property
    def why(self) -> "Why": ...  # noqa: D102
    @property
    def telling(self) -> "Telling": ...  # noqa: D102
    def audit(  # noqa: D102
        self, ranker: str = "", people: int = ..., seed: int = 0, progress: Progress = ...
    ) -> Audit: ...
    def quality(self) -> Quality: ...  # noqa: D102
    def measured_protocols(self) -> tuple[str, ...]: ...  # noqa: D102
    def leaderboard(self, protocol: str = "P-A", against: str = "") -> Leaderboard: ...  # noqa: D102
    def side_by_side(self, first: Request, second: Request) -> SideBySide: ...  # noqa: D102
    def leaned(self, request: Request, progress: Progress = ...) -> pd.DataFrame: ...  # noqa: D102
    def disagreements(  # noqa: D102
        self, first: str, second: str, protocol: str = "P-A", limit: int = 50
    ) -> Disagreements | None: ...
    def misses(  # noqa: D102
        self,
        ranker: str,
        protocol: str = "P-A",
        slice_name: str = "",
        value: str = "",
        limit: int = 50,
    ) -> Misses | None: ...
    def untrained(self) -> tuple[Untrained, ...]: ...  # noqa: D102
    def start_training(self, ranker: str) -> None: ...  # noqa: D102
    def cancel_training(self, ranker: str) -> None: ...  # noqa: D102
    def stamp(self) -> str: ...  # noqa: D102
    def search_items(self, text: str, limit: int = 20) -> pd.DataFrame: ...  # noqa: D102
    def random_user(self, seed: int) -> str: ...  # noqa: D102
