"""What the engine answers of a search for settings; needs no model to be imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Searched:
    """The latest search for settings of a ranker on this data.

    Attributes:
        ranker, label: what was searched.
        figure: what a score is; higher is better.
        trials: number (from 1), state ("complete", "pruned", "interrupted", "running"), score (the
            last one told of a trial that did not come to its end, NaN without any), best (of all
            that came to their end so far; NaN before the first), seconds, reason, and a column for
            each setting. Empty without a search.
        settings: names of those columns.
        best: score of the best trial that came to its end; NaN without any.
        usual: score of the settings that the ranker has without a search; NaN if not tried.
        chosen: the best settings.
        protocol: rules of the split, whose validation questions are asked.
        facts: how the search was made, such as made, version, machine, seed.
        made_with: the command that makes these trials, or would.
        next_step: the command that uses the best settings.
        sentence: the answer in one sentence.
    """

    ranker: str
    label: str
    figure: str
    trials: pd.DataFrame
    settings: tuple[str, ...]
    best: float
    usual: float
    chosen: Mapping[str, Any]
    protocol: str
    facts: Mapping[str, Any]
    made_with: str
    next_step: str
    sentence: str


@dataclass(frozen=True)
class SettingsWorth:
    """Which settings mattered in a search.

    Attributes:
        table: setting, share (of the spread of scores that it alone explains, 0 to 1), beyond
            (whether chance does not reach that), largest first; empty if nothing can be told.
        chance: the largest share that any setting reached with the scores dealt anew.
        trials: how many came to their end.
        needed: of how many one can tell something.
        sentence: the answer in one sentence.
    """

    table: pd.DataFrame
    chance: float
    trials: int
    needed: int
    sentence: str
