"""Everything the engine has loaded, and its answers to the requests it was asked lately."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Int

from recengine.data.dataset import Dataset
from recengine.data.features import encode_request
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.engine.blends import foundation, label_of
from recengine.engine.edits import edited
from recengine.engine.keeping import Kept
from recengine.engine.places import Places
from recengine.engine.rankers import TRAINED, not_trained
from recengine.engine.scoring import Answer, scored
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.protocols import find_protocol
from recengine.interests.shares import complete_categories
from recengine.interests.usual import UsualTaste, usual_taste
from recengine.models import MODELS
from recengine.models.base import InterestModel, Ranker
from recengine.models.unified import Unified
from recengine.types import CATEGORIES, ITEM_ID, TITLE, VERDICTS, YEAR, Request

KEPT_ANSWERS = 16


@dataclass
class State:
    """Loaded once, read by every question.

    Attributes:
        dataset: names, catalogue, people.
        workspace: where things are kept.
        rankers: ready to score, by name.
        places: where vectors lie on the map, by ranker; only for rankers with item vectors.
        original: the state without the edits of a request, if this is one with them.
        offered: which items may be recommended, those of the history aside; None for all.
    """

    dataset: Dataset
    workspace: Workspace
    rankers: Mapping[str, Ranker]
    places: Mapping[str, Places]
    original: "State | None" = None
    offered: Bool[np.ndarray, " item"] | None = None

    def __post_init__(self) -> None:
        self.reader = HistoryReader(self.dataset.log, self.dataset.profiles)
        self._answers: OrderedDict[tuple, Answer] = OrderedDict()
        self._splits: dict[str, Split] = {}
        self._kept = Kept()
        self._lock = threading.Lock()

    @property
    def default_ranker(self) -> str:
        """The best one that is ready."""
        return next(name for name in MODELS if name in self.rankers)

    @cached_property
    def catalogue(self) -> pd.DataFrame:
        """item_id, title, year, categories; row i holds item index i + 1."""
        items = self.dataset.items
        years = items[YEAR] if YEAR in items else pd.Series(pd.NA, index=items.index)
        table = {
            ITEM_ID: items[ITEM_ID],
            TITLE: items[TITLE],
            YEAR: years.astype("Int64"),
            CATEGORIES: items[CATEGORIES],
        }
        return pd.DataFrame(table).reset_index(drop=True)

    def once(self, key: tuple, make: Callable[[], Any]) -> Any:
        """What `make` gives, kept for those who ask again with the same key."""
        return self._kept.once(key, make)

    @cached_property
    def interest_columns(self) -> tuple[Float[np.ndarray, "item category"], tuple[str, ...]]:
        """How each item splits among categories, none left over, and the categories' names."""
        return complete_categories(self.dataset.category_shares, self.dataset.categories)

    @cached_property
    def usual(self) -> UsualTaste:
        """What is usual in the log; learnt once."""
        if self.original is not None:
            return self.original.usual
        num_codes = [feature.num_codes for feature in self.dataset.context_features]
        return usual_taste(self.dataset.log, self.interest_columns[0], num_codes)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Title of each item; position i holds item index i + 1."""
        return tuple(map(str, self.catalogue[TITLE]))

    def split(self, protocol: str) -> Split:
        """The split of a protocol; cut once.

        Raises:
            UnknownNameError: no such protocol.
            DataError: the dataset is too small for it.
        """
        with self._lock:
            if protocol not in self._splits:
                self._splits[protocol] = find_protocol(protocol).split(self.dataset)
            return self._splits[protocol]

    def title(self, item_index: int) -> str:
        """Title of an item."""
        return self.titles[item_index - 1]

    def ranker(self, name: str) -> Ranker:
        """A ranker by name; an empty name means the default.

        Raises:
            UnknownNameError: no such ranker.
            ConfigError: it is not trained yet.
        """
        return self.rankers[self.ready(name)]

    def ready(self, name: str) -> str:
        """The name of a ranker that is ready, without loading it; an empty one means the default.

        Raises:
            UnknownNameError: no such ranker.
            ConfigError: it is not trained yet.
        """
        name = name or self.default_ranker
        if name not in self.rankers:
            for each in (name, *self._parts(name)):
                if each in TRAINED and each not in self.rankers:
                    raise not_trained(each, self.dataset.name)
            raise UnknownNameError("ranker", name, self.rankers)
        return name

    def label(self, name: str) -> str:
        """How people call a ranker, without loading it; a blend after its two rankers."""
        return label_of(name, self._parts(name))

    def _parts(self, name: str) -> tuple[str, ...]:
        """Names of the rankers that one builds on."""
        if name not in MODELS:
            return ()
        return foundation(MODELS[name], self.dataset.name, self.workspace)

    def interest_model(self, name: str) -> InterestModel:
        """A ranker with an interest vector after every event.

        Raises:
            ConfigError: the ranker has none.
        """
        ranker = self.ranker(name)
        if not isinstance(ranker, InterestModel):
            able = [each for each in self.rankers if issubclass(MODELS[each], InterestModel)]
            cure = (
                f"Choose one of {', '.join(able)}."
                if able
                else f"Train it first: recengine train {self.dataset.name}"
            )
            raise ConfigError(
                f"The ranker {ranker.name!r} has no interest vectors to follow over time. {cure}"
            )
        return ranker

    def unified(self, name: str) -> Unified:
        """A ranker that has interest vectors and bends items.

        Raises:
            ConfigError: the ranker has not.
        """
        ranker = self.ranker(name)
        if not isinstance(ranker, Unified):
            cure = (
                "Choose the ranker 'unified'."
                if Unified.name in self.rankers
                else f"Train it first: recengine train {self.dataset.name}"
            )
            raise ConfigError(
                f"The ranker {ranker.name!r} has no vectors that move with a person and a moment. "
                f"{cure}"
            )
        return ranker

    def edited(self, request: Request) -> "State":
        """The state as the request's edits leave it; itself if there are none.

        Raises:
            UnknownNameError: unknown person, or an interest that no item has.
            ConfigError: an event number that the person has not.
        """
        if not request.edited or self.original is not None:
            return self

        def make() -> State:
            dataset, offered = edited(self.dataset, request)
            return replace(self, dataset=dataset, original=self, offered=offered)

        key = ("edited", request.user_id, request.without, request.muted)
        made: State = self.once(key, make)
        return made

    def history(
        self,
        user_id: str,
        ranker: Ranker,
        request_codes: Int[np.ndarray, " context"],
        num_events: int | None = None,
    ) -> Histories:
        """The last events of one person that a ranker reads, for one request.

        Args:
            user_id: who.
            ranker: who reads.
            request_codes: the moment of the request.
            num_events: how many events had happened by then; None for all.
        """
        user = self.dataset.user_index(user_id)
        span = self.dataset.log.span(user)
        stop = span.stop if num_events is None else span.start + num_events
        read = self.reader.read(
            np.array([user]),
            np.array([span.start]),
            np.array([stop]),
            max_length=ranker.events_read,
            request=request_codes[None],
        )
        if self.original is None:
            return read
        # what a ranker learnt of the person by training, it learnt from all events: not to be used
        return read.of_nobody()

    def answer(self, request: Request) -> Answer:
        """Score one request, or give the answer again if it was asked lately.

        Raises:
            UnknownNameError: unknown user, ranker, context feature or value, or feedback on an
                unknown item or in unknown words.
            ConfigError: k below 1, or an event number that the person has not.
        """
        if (state := self.edited(request)) is not self:
            return state.answer(request)
        if request.k < 1:
            raise ConfigError(f"k={request.k} must be 1 or more: the length of the list.")
        ranker = self.ranker(request.ranker)
        # by the ranker itself: once trained again, it is another one
        key = (replace(request, k=1, ranker="").key, ranker)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                kept = self._answers[key]
                return replace(kept, request=replace(kept.request, k=request.k))
        answer = self._score(request, ranker)
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def _score(self, request: Request, ranker: Ranker) -> Answer:
        codes = encode_request(self.dataset.context_features, request.context)
        history = self.history(request.user_id, ranker, codes)
        candidates = torch.ones(1 + self.dataset.num_items, dtype=torch.bool)
        candidates[0] = False
        span = self.dataset.log.span(self.dataset.user_index(request.user_id))
        if not self.dataset.repeats:
            candidates[torch.from_numpy(self.dataset.log.items[span].astype(np.int64))] = False
        if self.offered is not None:
            candidates[1:] &= torch.from_numpy(self.offered)
        return scored(request, ranker, history, candidates, self._told(request))

    def _told(self, request: Request) -> dict[int, str]:
        """What was said last about each item, by item index."""
        for _, verdict in request.feedback:
            if verdict not in VERDICTS:
                raise UnknownNameError("verdict", verdict, VERDICTS)
        return {self.dataset.item_index(item): verdict for item, verdict in request.feedback}
