"""What would have been recommended then? The state of the world as of one moment of a history.

Nothing that happened later is read: the history ends with the chosen event, of everybody else only
the days before count, and only items that somebody had met by then compete. A ranker without
training is computed anew from those days. Trained weights cannot be turned back: a list of theirs
says what it knows in hindsight, and a closed-form ranker that knows nothing of it stands beside.

Axes: vocab = 1 + num_items, event = rows of the packed log.
"""

import copy
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool

from recengine.data.features import encode_request
from recengine.engine.edits import muted_items
from recengine.engine.evolution.results import ListThen
from recengine.engine.lists import best_items
from recengine.engine.scoring import scored
from recengine.engine.state import State
from recengine.engine.wording import number
from recengine.errors import ConfigError
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker, TunableRanker
from recengine.models.ease import Ease
from recengine.models.item_knn import ItemKNN
from recengine.models.popularity import Popularity, RecentPopularity
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.unified import Unified
from recengine.training.choosing import ready
from recengine.types import Request

DAY = 86_400
KEPT_FITS = 4  # rankers of a day that are kept in memory; the next brush is often nearby
TURNED_BACK = (RecencyEase, Ease, ItemKNN, RecentPopularity, Popularity)  # computed anew in seconds
STAND_IN = RecencyEase  # for rankers whose training cannot be turned back


class TimeMachine:
    """Lists as of a moment; safe to share between threads."""

    def __init__(self, state: State) -> None:
        """Look back over what `state` has loaded."""
        self._state = state
        self._fits: OrderedDict[tuple[str, int, Any], Ranker] = OrderedDict()
        self._lock = threading.Lock()

    def list_then(self, request: Request, step: int, *, hindsight: bool = False) -> ListThen:
        """The list right after one event of the history.

        Args:
            request: who, and with which ranker; its moment is replaced by that of the event.
            step: number of the last event that is known, from 1.
            hindsight: ask today's trained weights, which have seen later days, instead of a
                ranker that is computed from the days before. No difference for rankers that can
                be computed anew.

        Raises:
            ConfigError: there is no such event.
            UnknownNameError: unknown user or ranker.
        """
        dataset, log = self._state.dataset, self._state.dataset.log
        own = self._state.edited(request)
        user = dataset.user_index(request.user_id)
        span = own.dataset.log.span(user)
        if not 1 <= step <= span.stop - span.start:
            raise ConfigError(
                f"step={step} must be one of the {span.stop - span.start} events of person "
                f"{request.user_id}: from 1 to {span.stop - span.start}."
            )
        last = span.start + step - 1
        cut = int(own.dataset.log.times[last]) // DAY * DAY
        before = log.times < cut
        name = self._name(request.ranker, hindsight=hindsight)
        asked = replace(request, ranker=name, context=dict(own.dataset.context_of(last)))
        candidates = self._candidates(request, before, int(own.dataset.log.rows[last]))
        told = ListThen(
            request=asked,
            label=self._state.label(name),
            step=step,
            cut=cut,
            items=self._state.catalogue.head(0),
            candidates=int(candidates.sum()),
            known_events=int(before.sum()),
            hindsight=self._hindsight(name, cut),
            sentence=_no_list(int(before.sum()), _day(cut), bool(request.muted)),
        )
        if not told.candidates:
            return told
        ranker = self._ranker(name, cut)
        codes = encode_request(dataset.context_features, asked.context)
        history = own.history(request.user_id, ranker, codes, step)
        answer = scored(asked, ranker, history, candidates, told={})
        items = best_items(self._state, answer, request.k).drop(columns="score")
        rows = answer.order[: request.k].numpy()
        later = own.dataset.log.items[span][step:]
        items["chosen_at"] = [_first_step(later, row, step) for row in rows.tolist()]
        items["rank_now"] = self._state.answer(request).ranks[rows]
        return replace(told, items=items, sentence=_sentence(items["chosen_at"], len(later)))

    def _candidates(
        self, request: Request, before: Bool[np.ndarray, " event"], last_row: int
    ) -> Bool[torch.Tensor, " vocab"]:
        """What could be offered: known to somebody by then, not muted, not chosen up to then.

        What the person did later is not looked at, so an item may be chosen later.
        """
        dataset, log = self._state.dataset, self._state.dataset.log
        candidates = known_by_then(self._state, before)
        candidates[1:] &= torch.from_numpy(~muted_items(dataset, request.muted))
        if not dataset.repeats:
            span = log.span(dataset.user_index(request.user_id))
            up_to = 1 + int(np.flatnonzero(log.rows[span] == last_row)[0])
            candidates[torch.from_numpy(log.items[span][:up_to].astype(np.int64))] = False
        return candidates

    def _name(self, name: str, *, hindsight: bool) -> str:
        """Which ranker makes the list."""
        name = self._state.ready(name)
        return name if hindsight or MODELS[name] in TURNED_BACK else STAND_IN.name

    def _ranker(self, name: str, cut: int) -> Ranker:
        """The ranker of then, or today's with its closed-form part of then."""
        if MODELS[name] in TURNED_BACK:
            return self._fitted(name, cut, getattr(self._state.ranker(name), "config", None))
        ranker = self._state.ranker(name)
        if not isinstance(ranker, Unified) or ranker.prior is None:
            return ranker
        ease = self._fitted(RecencyEase.name, cut)
        assert isinstance(ease, RecencyEase)
        then = copy.copy(ranker)  # shares the weights; only the prior is another one
        config = RecencyEaseConfig(decay_events=float(ranker.prior_decay))
        then.prior = RecencyEase(ease.weights, config)
        return then

    def _fitted(self, name: str, cut: int, config: Any = None) -> Ranker:
        """A ranker of what everybody did before a day; computed once.

        Args:
            name: which one.
            cut: start of the day.
            config: its settings; None for the usual ones.
        """
        key = name, cut, config
        with self._lock:
            if key not in self._fits:
                log = self._state.dataset.log
                before = log.times < cut
                known = known_by_then(self._state, before).numpy()
                data = FitData(self._state.dataset, log.keep(before), known)
                model = MODELS[name]
                ranker: Ranker
                if issubclass(model, TunableRanker):
                    ranker = model.fit(data, config)
                else:
                    ranker = model.fit(data)
                base = {other: MODELS[other].fit(data) for other in ranker.builds_on}
                self._fits[key] = ready(ranker, base)
                while len(self._fits) > KEPT_FITS:
                    self._fits.popitem(last=False)
            self._fits.move_to_end(key)
            return self._fits[key]

    def _hindsight(self, name: str, cut: int) -> str:
        if MODELS[name] in TURNED_BACK:
            return ""
        until = int(self._state.split("P-A").train.times.max())
        if until < cut:
            return ""
        return (
            f"Its weights were trained on events up to {_day(until)}, so they know what everybody "
            f"did after {_day(cut)}, this person included. Only the history that it reads ends "
            "with the chosen event."
        )


def known_by_then(state: State, before: Bool[np.ndarray, " event"]) -> Bool[torch.Tensor, " vocab"]:
    """Items that somebody had met in the events that count."""
    known = torch.zeros(1 + state.dataset.num_items, dtype=torch.bool)
    known[torch.from_numpy(state.dataset.log.items[before].astype(np.int64))] = True
    return known


def _no_list(known_events: int, day: str, muted: bool) -> str:
    """Why nothing can be offered."""
    if not known_events:
        return f"Nobody had done anything before {day} that a list could rest on."
    events = f"{known_events:,} event{'s' * (known_events > 1)}"
    off = ", or has switched it off" if muted else ""
    return (
        f"{events} of everybody {'were' if known_events > 1 else 'was'} known before {day}, but no "
        "item was left to offer: this person had chosen each one that anybody had met by then"
        f"{off}."
    )


def _first_step(later: np.ndarray, item: int, step: int) -> int:
    """Number of the first later event with an item; 0 if there is none."""
    found = np.flatnonzero(later == item)
    return step + 1 + int(found[0]) if len(found) else 0


def _sentence(chosen_at: pd.Series, later: int) -> str:
    if not later:
        return "This is the list after the newest event: nothing has come after it yet."
    came, length = int((chosen_at > 0).sum()), len(chosen_at)
    if not came:
        return f"None of these {number(length)} was chosen later, in {later:,} more events."
    soonest = int(chosen_at[chosen_at > 0].min())
    return (
        f"{number(came).capitalize()} of these {number(length)} {'was' if came == 1 else 'were'} "
        f"chosen later, the first at event {soonest:,}."
    )


def _day(timestamp: int) -> str:
    return f"{datetime.fromtimestamp(timestamp, UTC):%-d %B %Y}"
