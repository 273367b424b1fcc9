"""What the engine answers when it looks at the reasons of many people at once."""

from dataclasses import dataclass

import pandas as pd

OLD_EVENT, POPULARITY, PROFILE = "old event", "popularity", "profile"
ODDITIES = {
    OLD_EVENT: "Hangs on one old event",
    POPULARITY: "Half or more is popularity",
    PROFILE: "Decided by the profile",
}


@dataclass(frozen=True)
class Audit:
    """What the first item of many people's lists rests on, and whose reasons are odd.

    Shares are of all that speaks for the item; kinds are "taste", "events", "prior" (goes
    together), "context", "profile" and "popularity".

    Attributes:
        ranker: whose lists.
        people: how many were looked at; `population` is how many there are with events.
        splits: False if the ranker's score is no sum of reasons, so that all of it counts as taste
            (or as popularity) and nothing can be found.
        kinds: kind, share (mean over people), low, high (95 % interval over people), decisive (how
            many people's first item would be another without this kind).
        slices: the same by group: slice, value, people, kind, share, low, high, enough (False: too
            few people to tell).
        features: kind ("context" or "profile"), feature, value, people (who have it), share (mean
            among them), decisive (how many of their first items hang on it); strongest first.
        categories: category, share (of what events say for the first item, by the events'
            categories), base (share of the categories in the same histories), strongest first.
        feature_slices, category_slices: the same by group: group (such as "Activity"), member,
            members (how many people), then as above, enough (False: too few people to tell).
        events: item_id, title, people (for whose first item this choice says most), having (how
            many of those looked at have made it), share (mean among the former), decisive (how many
            of their first items would be others without it); most people first.
        odd: name (see `ODDITIES`), label, meaning, count, share, low, high (Wilson interval).
        odd_slices: the same by group: slice, value, people, odd, count, share, low, high, enough,
            stands_out (more frequent than among all others, by more than chance explains).
        cases: one row per person: user_id, context (dict), item_id, title, share_<kind>, event
            (title of the strongest), event_id, event_share, event_back (how many events back),
            event_decides (whether another item would be first without it), decisive
            (list of kinds), profile_fields (list of decisive ones), odd (list of names).
        made_with: the command that gives this.
        sentence: the answer in one sentence.
    """

    ranker: str
    people: int
    population: int
    splits: bool
    kinds: pd.DataFrame
    slices: pd.DataFrame
    features: pd.DataFrame
    categories: pd.DataFrame
    odd: pd.DataFrame
    odd_slices: pd.DataFrame
    cases: pd.DataFrame
    made_with: str
    sentence: str
    feature_slices: pd.DataFrame
    category_slices: pd.DataFrame
    events: pd.DataFrame
