"""More on interests over time: by the calendar, in themes, in words, and how sure turns are.

Axes: step = events of one history, oldest first; moment = ends of calendar periods.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from recengine.data.progress import Progress, silent
from recengine.data.storefront import NAME as STOREFRONT
from recengine.engine.interests.keywords import keywords_at
from recengine.engine.interests.results import InterestCalendar, InterestKeywords, ThemeTimeline
from recengine.engine.interests.turn_measuring import measured_turns
from recengine.engine.interests.turn_words import alarm_sentence, truth_sentence
from recengine.engine.state import State
from recengine.engine.timelines import (
    events_of,
    interest_path,
    shares_in,
    shares_of,
    turn_table,
    turns_in,
    turns_note,
)
from recengine.interests.bulk import LogDates, log_dates
from recengine.interests.resample import Calendar, calendar
from recengine.interests.themes import Themes, find_themes
from recengine.interests.usual import UsualTaste, usual_taste
from recengine.types import Request


class Interests:
    """Questions about interests that any sequential ranker can be asked."""

    def __init__(self, state: State) -> None:
        """Ask a state."""
        self._state = state

    def calendar(
        self, request: Request, period: str = "", stale_days: float = 90.0
    ) -> InterestCalendar:
        """Category shares at regular moments: the last known ones, with their age.

        Args:
            request: who, and which ranker.
            period: "day", "week", "month", "quarter" or "year"; "" for one that suits the span.
            stale_days: silence after which nothing is known.

        Raises:
            UnknownNameError: no such period, person or ranker.
            ConfigError: the ranker has no interest vectors.
        """
        state = self._state.edited(request)
        log = state.dataset.log
        times = log.times[log.span(state.dataset.user_index(request.user_id))]
        found = calendar(times, state.dataset.timezone, period=period, stale_days=stale_days)
        interest = interest_path(state, request.user_id, request.ranker)
        values, names = shares_of(state, request.ranker, interest[found.last_event])
        values[~found.known] = np.nan
        table = pd.DataFrame(
            {
                "timestamp": found.moments,
                "step": found.last_event + 1,
                "age_days": found.age_days,
                "events": found.num_events,
                "known": found.known,
            }
        )
        shares = pd.DataFrame(values.astype(float), columns=list(names))
        return InterestCalendar(
            request.user_id, found.period, table, shares, _silences(found, stale_days)
        )

    def themes(self, request: Request) -> ThemeTimeline:
        """Shares of groups of items that the ranker holds to be alike, named by their words.

        Raises:
            UnknownNameError: no such person or ranker.
            ConfigError: the ranker has no interest vectors.
        """
        state = self._state.edited(request)
        themes, usual = self._themes(request.ranker)
        interest = interest_path(state, request.user_id, request.ranker)
        values = shares_in(state, request.ranker, interest, themes.members)
        shares = pd.DataFrame(values.astype(float), columns=list(themes.names))
        shares.insert(0, "step", np.arange(1, len(shares) + 1))
        turns = turns_in(state, request.user_id, themes.members, usual)
        events = events_of(state, request.user_id)
        log = state.dataset.log
        chosen = log.items[log.span(state.dataset.user_index(request.user_id))] - 1
        table = pd.DataFrame(
            {
                "name": themes.names,
                "items": themes.items,
                "examples": [list(titles) for titles in themes.examples],
            }
        )
        return ThemeTimeline(
            user_id=request.user_id,
            themes=table,
            shares=shares,
            of_events=tuple(themes.names[at] for at in themes.members[chosen].argmax(axis=1)),
            turning_points=turn_table(turns, themes.names, events),
            turns_note=turns_note(len(events), len(turns)),
            sentence=_strongest(values, themes),
        )

    def keywords(
        self,
        request: Request,
        steps: Sequence[int] = (0,),
        k: int = 6,
        language_code: str = "en",
        progress: Progress = silent,
    ) -> tuple[InterestKeywords, ...]:
        """The words of what a person chose up to some moments, and right after each.

        Args:
            request: who; events and interests that are switched off are not read.
            steps: moments, as numbers of events that had happened; 0 for all.
            k: how many words at most on each side.
            language_code: of the sentences.
            progress: told how many words the text encoder has read; seconds the first time.

        Raises:
            ConfigError: fewer events than that, or k below 1.
            UnknownNameError: a person, interest or language that does not exist.
        """
        return keywords_at(self._state, request, steps, k, language_code, progress)

    def dates(self) -> LogDates:
        """Is the time of this data real, for most people?"""
        state = self._state
        dates: LogDates = state.once(("dates",), lambda: log_dates(state.dataset.log))
        return dates

    def turn_trust(self) -> str:
        """How far turning points can be trusted, where the truth is known and on this data."""
        own = self._state.dataset.name
        fingerprint = self._state.dataset.fingerprint
        measured = measured_turns(own, self._state.workspace, fingerprint)
        known = measured if measured and measured["against_truth"] else None
        truth = known or measured_turns(STOREFRONT, self._state.workspace)
        here = (
            f"On this data: {alarm_sentence(measured)}."
            if measured
            else f"Not measured on this data: recengine interests measure {own}"
        )
        return " ".join(filter(None, (truth_sentence(truth) if truth else "", here)))

    def _themes(self, ranker: str) -> tuple[Themes, UsualTaste]:
        state = self._state
        model = state.interest_model(ranker)

        def made() -> tuple[Themes, UsualTaste]:
            log, features = state.dataset.log, state.dataset.context_features
            with torch.inference_mode():
                vectors = model.item_vectors()[1:].numpy()
            chosen = np.bincount(log.items, minlength=1 + len(vectors))[1:]
            themes = find_themes(state.dataset.items, vectors, chosen)
            return themes, usual_taste(log, themes.members, [f.num_codes for f in features])

        return state.once(("themes", model), made)


def _silences(found: Calendar, stale_days: float) -> str:
    if not len(found.moments):
        return "This person has not done anything yet, so there is no taste to follow."
    silent = int((~found.known).sum())
    if not silent:
        return f"Something was known of this taste in every {found.period}."
    longest = found.age_days.max() / 365.25
    how_long = f"{longest:.1f} years" if longest >= 1 else f"{found.age_days.max():.0f} days"
    return (
        f"In {silent:,} of {len(found.moments):,} {found.period}s nothing was known: the last "
        f"event was more than {stale_days:.0f} days ago, at most {how_long}."
    )


def _strongest(values: np.ndarray, themes: Themes) -> str:
    if not len(values):
        return "This person has not done anything yet, so there is no taste to follow."
    now, then = values[-1], values[: max(1, len(values) // 5)].mean(axis=0)
    lead = int(now.argmax())
    rise = int((now - then).argmax())
    text = f"Today the theme {themes.names[lead]} leads with {now[lead]:.0%}"
    if (now - then)[rise] < 0.05:
        return f"{text}, much as at the beginning."
    return f"{text}; {themes.names[rise]} rose most, from {then[rise]:.0%} to {now[rise]:.0%}."
