"""What the engine answers: one record per question, tables inside, nothing computed later.

Every table is a plain DataFrame whose columns are listed here; `ui` draws them, `cli` prints them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from recengine.engine.why.results import Trust
from recengine.types import ITEM_ID, Request


@dataclass(frozen=True)
class Person:
    """Who a request is for.

    Attributes:
        user_id: outside id.
        profile: value by label, such as {"Age": "25-34"}; unknown ones left out.
        num_events: length of the history.
        first_time, last_time: Unix seconds UTC of the first and last event; None without events.
        interests: the strongest categories of the present interest vector with their shares.
        bulk_dates: True if the history looks typed in at a few sittings, so that dates say little.
    """

    user_id: str
    profile: Mapping[str, str]
    num_events: int
    first_time: int | None
    last_time: int | None
    interests: Mapping[str, float]
    bulk_dates: bool


@dataclass(frozen=True)
class Recommendations:
    """A ranked list for one request.

    Attributes:
        request: what was asked.
        items: best first: rank (from 1), item_id, title, year, categories (list), score,
            share_of_best (score scaled so that the best is 1 and the catalogue's median 0),
            reason (one line), and the parts of the score that sum to it:
            part_taste, part_events, part_context, part_profile, part_prior, part_popularity,
            part_feedback.
        sentence: the answer in one sentence made from the data.
        candidates: how many items were ranked.
        dynamic: whether item vectors were bent by the moment (False for rankers without that).
    """

    request: Request
    items: pd.DataFrame
    sentence: str
    candidates: int
    dynamic: bool


@dataclass(frozen=True)
class ItemMap:
    """The catalogue on a plane, as it lies in general or for another request, and for this one.

    Attributes:
        before: the request from whose map items move; None: from the map for everyone. What is
            "static" below then belongs to that request.
        star_before: where the interest of `before` is; None without it, or without events.
        items: one row per drawn item: item_id, title, year, category (its first), categories,
            static_x, static_y, x, y, shift (cosine distance between static and dynamic vector),
            score, rank, rank_before (the same as rank without `before`), trust (0..1, how far the
            neighbours on the map are true neighbours),
            role ("history", "recommendation" or "catalogue"), role_before (the same for `before`),
            moved_by (label of the evidence that moved it most), detail (place from 0 in the order
            in which items appear as one looks closer; every beginning of it is a fair sample).
        path: interest vector over time on the same map: step, x, y; the last row is now.
        regions: names of areas: label, x, y, size (items).
        trust: trustworthiness of the whole map, 0..1, in 15 neighbours.
        num_items: size of the catalogue (more than len(items) if a sample is drawn).
        sentence: the answer in one sentence.
    """

    request: Request
    items: pd.DataFrame
    path: pd.DataFrame
    regions: pd.DataFrame
    trust: float
    num_items: int
    sentence: str
    before: Request | None = None
    star_before: tuple[float, float] | None = None


@dataclass(frozen=True)
class Timeline:
    """How one person's interest moved.

    Attributes:
        events: one row per event: step (from 1), item_id, title, timestamp, event, value,
            category, number (in the whole history, where a request leaves events out), drift
            (cosine distance from the interest vector before the event), and source where events of
            several platforms were merged.
        shares: step, then one column per category; the categories of a row sum to 1.
        path: interest vector on the item map: step, timestamp, x, y. A ranker without a map of
            its own is drawn on that of another; empty if there is none.
        turning_points: step (first event after), timestamp, from_category, to_category, size
            (part of the taste that moved), title and cause_item_id of the first cause, first_step
            and last_step (it lies between them with 80 %), certainty (probability that there is a
            turn), cause_steps and cause_titles (lists).
        turns_note: what to say where there are none: too few events to tell, or none.
        date_remarks: what to know of the dates, such as a silence of years; one sentence each.
        bulk_dates: True if the history looks typed in, so that event numbers are the honest axis.
        sentence: the answer in one sentence.
    """

    user_id: str
    events: pd.DataFrame
    shares: pd.DataFrame
    path: pd.DataFrame
    turning_points: pd.DataFrame
    bulk_dates: bool
    sentence: str
    turns_note: str = ""
    date_remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One reason with its signed weight.

    Attributes:
        kind: "taste", "event", "context", "profile", "prior", "popularity", "feedback",
            "addition" (chosen as well), "average" (what a history of average items would have
            given), or of texts that were read "item" and "mark" (set between texts).
        label: in plain words: an item's title, "Part of day: evening", "Overall taste" ...
        weight: how much it speaks for the item, signed.
        item_id: the item of an event, else empty.
        step: number of the event in the history (from 1), else 0.
        detail: more on it, such as "watched 3 days before, rated 5".
        facts: by column what else is known of it; the answer's `further` says which.
    """

    kind: str
    label: str
    weight: float
    item_id: str = ""
    step: int = 0
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What speaks for an item, and how much: the answer to every question that begins with why.

    Answers that know more (`engine.why.answers`) have further fields and override nothing, so that
    whoever draws, prints or saves this one can do so with all of them.

    Attributes:
        score: the ranker's score (a logit: differences between items have a meaning, not its zero).
        rank: place among the candidates, from 1; None if the item is already in the history.
        evidence: strongest first by absolute weight, unless the answer says otherwise.
        total: what the weights sum to (the score, a difference of scores, ...); None if they are no
            parts of a sum.
        method: label of the method that made it.
        method_name: its name, as `engine.why.explain` takes it where it is one of its methods.
        unit: what the weights are measured in.
        sentence: the answer in one sentence.
        trust: whether the method was tested for this ranker and passed; None if nobody looked, or
            where that test has no meaning.
    """

    further: ClassVar[Mapping[str, str]] = {}  # heading by fact of its evidence; "": not for people

    request: Request
    item_id: str
    title: str
    score: float
    rank: int | None
    evidence: tuple[Evidence, ...]
    total: float | None
    method: str
    method_name: str
    unit: str
    sentence: str
    trust: Trust | None = None

    @property
    def adds_up(self) -> bool:
        """Whether the weights are parts of a sum."""
        return self.total is not None

    @property
    def table(self) -> pd.DataFrame:
        """kind, label, weight, item_id, step, detail and the further facts of all evidence."""
        rows = [{**vars(one), **one.facts} for one in self.evidence]
        columns = ["kind", "label", "weight", ITEM_ID, "step", "detail", *self.further]
        return pd.DataFrame(rows, columns=columns)

    @property
    def shown(self) -> pd.DataFrame:
        """The table for people: no number of an event where there is none."""
        table = self.table
        return table.assign(step=table["step"].astype("Int64").where(table["step"] > 0))

    @property
    def headings(self) -> dict[str, str]:
        """Plain heading by column of the table; columns that say nothing are left out."""
        unit = self.unit[:1].upper() + self.unit[1:]
        names = {"kind": "Kind", "label": "Evidence", "weight": unit}
        known = {"step": "Event", "detail": "Detail"}
        said = {name for one in self.evidence for name in known if getattr(one, name)}
        further = {name: heading for name, heading in self.further.items() if heading}
        return names | further | {name: known[name] for name in known if name in said}


@dataclass(frozen=True)
class WhatIf:
    """What happens to one item's rank when one piece of the request is taken away or changed.

    Attributes:
        rank: rank in the request as it is.
        changes: kind, label, step, new_rank, places (positive: the item falls), new_score.
        remark: what to know if `rank` is not the one in the list; else empty.
    """

    item_id: str
    rank: int
    changes: pd.DataFrame
    remark: str = ""


@dataclass(frozen=True)
class AttentionView:
    """What the model looked at, by layer and head; not a reason by itself.

    Attributes:
        tokens: step, item_id, title of the last events, oldest first.
        weights: layer, head, step, weight: attention of the last position to each event.
    """

    tokens: pd.DataFrame
    weights: pd.DataFrame


@dataclass(frozen=True)
class ListChange:
    """How the list differs between two requests.

    Attributes:
        changes: item_id, title, rank_before, rank_after (0 if the item does not compete), places
            (positive: it rose).
        kept: items in both lists.
        sentence: the answer in one sentence.
    """

    changes: pd.DataFrame
    kept: int
    sentence: str


@dataclass(frozen=True)
class Story:
    """A person worth meeting, found in the data: kind, one-line title, who, and where to look."""

    kind: str
    title: str
    user_id: str
    context: Mapping[str, str] = field(default_factory=dict)
