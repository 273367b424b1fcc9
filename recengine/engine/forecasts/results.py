"""What the engine answers about the future of a taste: one record, tables inside."""

from dataclasses import dataclass

import pandas as pd

from recengine.types import Request

SHARE_COLUMNS = [
    "ahead", "category", "mean", "low50", "high50", "low80", "high80", "low95", "high95",
]  # fmt: skip
PATH_COLUMNS = ["ahead", "x", "y", "radius50", "radius80", "radius95"]
ITEM_COLUMNS = ["rank", "item_id", "title", "year", "categories", "share_of_best", "rank_now"]
COVERAGE_COLUMNS = [
    "method", "unit", "ahead", "answers", "raw50", "raw80", "raw95", "held50", "held80", "held95",
    "width50", "width80", "width95", "pit", "enough",
]  # fmt: skip
METHOD_COLUMNS = [
    "method", "label", "learned", "fitted", "trusted", "skill", "low", "high", "measured_on",
]  # fmt: skip


@dataclass(frozen=True)
class FutureTaste:
    """Where one person's taste goes, with how sure that is.

    Attributes:
        request: what was asked, with the ranker's name filled in.
        method: the forecaster that answered; where none was asked for, the best that can be
            trusted.
        label: how people call it.
        unit: what `ahead` counts: "events" or "days".
        ahead: the horizons, ascending; the last one is the one that was asked for.
        shares: one row per horizon and category: ahead, category, mean (the means of a horizon sum
            to 1), and the intervals low50, high50, low80, high80, low95, high95 (0..1).
        path: on the item map: ahead, x, y (of the mean vector), radius50, radius80, radius95 (the
            realised place lies within, so often).
        items: recommended from the forecast vector of the last horizon, best first: rank, item_id,
            title, year, categories, share_of_best (as in `Recommendations`), rank_now (place in
            today's ranking, from 1).
        methods: every forecaster: method, label, learned (False: a baseline), fitted (False: it
            waits to be trained), trusted, skill (share of persistence's error that it saves, in
            the unit asked for; NaN if nobody measured it), low, high (95 % interval of the skill),
            measured_on (questions asked, in words; "" if none).
        trusted: whether `method` was measured to be better than persistence.
        sentence: the answer in one sentence.
        coverage: how honest the intervals of `method` are, one row per measured horizon of the
            unit: method, unit, ahead, answers (how many came), raw50, raw80, raw95 (how often
            intervals of 50, 80 and 95 % held what came, as drawn), held50, ... (after calibration),
            width50, ... (their mean width, in shares), pit (share of what came in each tenth of
            the draws; 0.1 each if they are honest), enough (whether so many answers measure it).
        coverage_sentence: how often intervals of the horizon asked for held what came, or that
            nobody measured it, and whether their widening is borrowed from another horizon.
        doubt: why the unit does not suit this person, so that nothing is trusted; mostly empty.
        measured_at: the measured horizon that is nearest to the one asked for; 0 if there is none.
    """

    request: Request
    method: str
    label: str
    unit: str
    ahead: tuple[int, ...]
    shares: pd.DataFrame
    path: pd.DataFrame
    items: pd.DataFrame
    methods: pd.DataFrame
    trusted: bool
    sentence: str
    coverage: pd.DataFrame
    coverage_sentence: str
    doubt: str = ""
    measured_at: int = 0
