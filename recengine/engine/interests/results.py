"""What the engine answers about interests over time, beside the timeline itself."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class InterestCalendar:
    """One person's interests at regular moments.

    Attributes:
        user_id: who.
        period: "day", "week", "month", "quarter" or "year".
        table: timestamp (end of the period, Unix seconds), step (last event up to then),
            age_days (how long ago that was), events (in the period), known (False in a silence,
            when nothing speaks for the moment).
        shares: one column per interest in the order of `table`; rows sum to 1, not a number in a
            silence.
        sentence: the answer in one sentence.
    """

    user_id: str
    period: str
    table: pd.DataFrame
    shares: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class ThemeTimeline:
    """One person's interests in groups of items that the ranker holds to be alike.

    Attributes:
        user_id: who.
        themes: name (made of the items' words), items (how many), examples (titles chosen most).
        shares: step, then one column per theme; the themes of a row sum to 1.
        of_events: name of the theme of each event's item, oldest first.
        turning_points: as in a `Timeline`, between themes.
        turns_note: what to say where there are none.
        sentence: the answer in one sentence.
    """

    user_id: str
    themes: pd.DataFrame
    shares: pd.DataFrame
    of_events: tuple[str, ...]
    turning_points: pd.DataFrame
    turns_note: str
    sentence: str


@dataclass(frozen=True)
class InterestKeywords:
    """The words of what one person chose before and after a moment.

    Attributes:
        user_id: whose.
        step: after how many of their events the moment lies.
        table: of the last events up to then, strongest first: word (or two), weight (cosine with
            the mean text of these events, or 1 for the strongest where words are counted), items
            (how many different ones hold it), examples (titles of up to three, the nearest first).
        later: the same of the next events; empty at the end.
        encoder: name of the language model that chose the words; "" if they are counted.
        note: how they were chosen, and why not otherwise.
        sentence: the answer in one sentence.
    """

    user_id: str
    step: int
    table: pd.DataFrame
    later: pd.DataFrame
    encoder: str
    note: str
    sentence: str
