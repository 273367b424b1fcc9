"""A small engine that answers at once and always the same, with real records and real tables.

For the person "broken" every question fails with a message fit to show.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.engine.comparison.results import (
    Job,
    JobStatus,
    SideBySide,
)
from recengine.engine.feedback.results import FeedbackProof, Told
from recengine.engine.results import (
    AttentionView,
    Evidence,
    Explanation,
    ItemMap,
    ListChange,
    Person,
    Recommendations,
    Story,
    Timeline,
    WhatIf,
)
from recengine.engine.why.audit_results import Audit
from recengine.errors import DataError
from recengine.types import Request
from tests.ui.fake_control import FakeControl
from tests.ui.fake_dataset import CATEGORIES, LENGTHS
from tests.ui.fake_evolution import FakeEvolution, FakeFuture, FakeInterests
from tests.ui.fake_measures import FakeAblations, FakeContexts, FakeMeasures, FakeTexts
from tests.ui.fake_searches import FakeSearches
from tests.ui.fake_why import FakeTelling, FakeWhy, fake_audit

PARTS = ("taste", "events", "context", "profile", "prior", "popularity")


@dataclass
class FakeEngine(FakeMeasures):
    """Answers like `recengine.engine.Engine`, from arithmetic instead of a model."""

    dataset: Dataset
    jobs: dict[str, Job] = field(default_factory=lambda: {"gru": Job(JobStatus.NONE)})

    ranker_names = ("unified", "popularity")
    ranker_labels = {"unified": "Unified model", "popularity": "Popularity"}  # noqa: RUF012
    default_ranker = "unified"
    contexts = FakeContexts()

    def __post_init__(self) -> None:
        self.control = FakeControl(self)
        self.ablations = FakeAblations(self.dataset)
        self.searches = FakeSearches()
        self.future = FakeFuture(lambda asked: self.timeline(asked), self.recommend)
        self.interests = FakeInterests(lambda asked: self.timeline(asked))
        self.evolution = FakeEvolution(lambda asked: self.timeline(asked), self.recommend)

    @property
    def why(self) -> FakeWhy:
        return FakeWhy(self)

    @property
    def telling(self) -> FakeTelling:
        return FakeTelling(self)

    def audit(
        self,
        ranker: str = "",
        people: int = 4,  # noqa: ARG002
        seed: int = 0,  # noqa: ARG002
        progress: Progress = silent,
    ) -> Audit:
        progress("Looking", 4, 4)
        return fake_audit(self, ranker)

    def dynamic(self, ranker: str) -> bool:
        return ranker == "unified"

    def follows_interest(self, ranker: str) -> bool:
        return ranker == "unified"

    def facts(self) -> dict[str, Any]:
        times = self.dataset.interactions["timestamp"]
        return {
            "events": len(times),
            "people": self.dataset.num_users,
            "items": self.dataset.num_items,
            "first_time": int(times.min()),
            "last_time": int(times.max()),
            "events_per_person": len(times) / self.dataset.num_users,
        }

    def person(self, user_id: str, ranker: str = "") -> Person:  # noqa: ARG002
        history = self.history(user_id)
        row = self.dataset.users.set_index("user_id").loc[user_id]
        known = len(history) > 0
        return Person(
            user_id=user_id,
            profile={"Age": row["age"], "Occupation": row["job"]},
            num_events=len(history),
            first_time=int(history["timestamp"].min()) if known else None,
            last_time=int(history["timestamp"].max()) if known else None,
            interests={"Film-Noir": 0.34, "Thriller": 0.27, "Drama": 0.18} if known else {},
            bulk_dates=False,
        )

    def latest_context(self, user_id: str) -> dict[str, str]:
        if not LENGTHS[user_id]:
            return {}
        stop = self.dataset.log.span(self.dataset.user_index(user_id)).stop
        return dict(self.dataset.context_of(stop - 1))

    def history(self, user_id: str) -> pd.DataFrame:
        log = self.dataset.interactions
        mine = log[log["user_id"] == user_id].sort_values("timestamp")
        table = mine.merge(self.dataset.items, on="item_id").assign(
            step=np.arange(1, len(mine) + 1)
        )
        columns = ["step", "item_id", "title", "year", "categories", "timestamp", "event", "value"]
        return table[columns]

    def _ranked(self, request: Request) -> pd.DataFrame:
        if request.user_id == "broken":
            raise DataError("This person's file is damaged. Load the data again.")
        items = self.dataset.items.copy()
        seed = sum(map(ord, request.user_id + request.ranker))
        parts = np.random.default_rng(seed).normal(0.6, 0.5, (len(items), len(PARTS)))
        context_seed = sum(map(ord, "".join(sorted(request.context.values()))))
        moved = np.random.default_rng(context_seed).normal(0.0, 0.6, len(items))
        parts[:, PARTS.index("context")] = moved if request.context else 0.0
        for column, name in enumerate(PARTS):
            items[f"part_{name}"] = parts[:, column]
        said = items["item_id"].map(dict(request.feedback))
        items["part_feedback"] = said.map({"more": 2.0, "less": -2.0}).fillna(0.0)
        items["score"] = parts.sum(axis=1) + items["part_feedback"]
        items = items[said != "not-now"]
        return items.sort_values("score", ascending=False, ignore_index=True)

    @property
    def feedback(self) -> "FakeEngine":
        return self

    def learns(self, ranker: str) -> bool:
        return ranker != "popularity"

    def told(self, request: Request) -> Told:
        table = pd.DataFrame(request.feedback, columns=["item_id", "verdict"])
        return Told(table, True, f"You said {len(table)} things; one of the ten is new.")

    def proof(self, ranker: str) -> FeedbackProof | None:
        if ranker == "popularity":
            return None
        figures = {"value": 0.1, "low": 0.09, "high": 0.11, "diff_low": -0.01, "diff_high": 0.05}
        rows = [
            {"ranker": ranker, "arm": arm, "told": told, "metric": "ndcg@10", **figures}
            for arm, times in (
                *(("own", range(6)), ("others", range(1, 6)), ("events", [5])),
                *(("low", range(6)), ("less", range(1, 6))),
            )
            for told in times
        ]
        table = pd.DataFrame(rows).assign(difference=0.02)
        facts = {"people": 40, "milliseconds": 12.0, "made_with": "recengine evaluate fake"}
        return FeedbackProof(table, {ranker: facts}, "Rules.", "recengine", "Five clicks help.")

    def recommend(self, request: Request) -> Recommendations:
        items = self._ranked(request)
        items.insert(0, "rank", np.arange(1, len(items) + 1))
        items["share_of_best"] = (items["score"] / items["score"].iloc[0]).clip(lower=0)
        items["reason"] = "Because of The Golden Number 6, watched 3 days before"
        moment = ", ".join(request.context.values()) or "any moment"
        return Recommendations(
            request=request,
            items=items.head(request.k).drop(columns="description"),
            sentence=f"In this moment ({moment}) mostly thrillers; three of the ten moved in.",
            candidates=len(items),
            dynamic=self.dynamic(request.ranker),
        )

    def compare_lists(self, before: Request, after: Request) -> ListChange:
        old = self._ranked(before)["item_id"].tolist()
        new = self._ranked(after)[["item_id", "title"]].head(after.k)
        changes = new.assign(
            rank_before=[old.index(item) + 1 for item in new["item_id"]],
            rank_after=np.arange(1, len(new) + 1),
        )
        changes["places"] = changes["rank_before"] - changes["rank_after"]
        kept = int((changes["rank_before"] <= before.k).sum())
        return ListChange(changes, kept, f"{kept} of the ten stay; the others are new.")

    def leaned(self, request: Request, progress: Progress = silent) -> pd.DataFrame:
        progress("Leaving out", 1, 1)
        return self.history(request.user_id).tail(1)[["step", "item_id", "title"]].assign(share=0.9)

    def side_by_side(self, first: Request, second: Request) -> SideBySide:
        lists = self.recommend(first), self.recommend(second)
        ranks = [self._ranked(each).reset_index().set_index("item_id")["index"] + 1
                 for each in (first, second)]  # fmt: skip
        both = pd.DataFrame({"rank_first": ranks[0], "rank_second": ranks[1]}).reset_index()
        both = both.merge(self.dataset.items[["item_id", "title"]], on="item_id")
        both["in_first"] = both["rank_first"] <= first.k
        both["in_second"] = both["rank_second"] <= second.k
        listed = both[both["in_first"] | both["in_second"]]
        history = self.history(first.user_id).tail(3)[["step", "item_id", "title"]]
        leaned = [history.assign(side=side, share=0.2) for side in ("first", "second")]
        shared = int((both["in_first"] & both["in_second"]).sum())
        return SideBySide(
            first=lists[0],
            second=lists[1],
            items=listed.sort_values("rank_first", ignore_index=True),
            scatter=both.assign(listed=np.where(both["in_first"], "first", "")),
            leaned=pd.concat(leaned, ignore_index=True),
            askable=(),
            places=listed[["item_id", "title"]].assign(x=0.1, y=0.2, listed="both"),
            shared=shared,
            agreement=0.3,
            sentence=f"The two share {shared} of ten items.",
        )

    def item_map(
        self,
        request: Request,
        max_items: int = 20_000,
        before: Request | None = None,
        laid_again: bool = False,
        keep: tuple[str, ...] = (),  # noqa: ARG002
        hold: tuple[str, ...] = (),  # noqa: ARG002
    ) -> ItemMap:
        table = self._ranked(request).head(max_items)
        angle = table["item_id"].astype(int).to_numpy() * 2.399963
        radius = np.sqrt(np.arange(1, len(table) + 1))
        table["static_x"], table["static_y"] = radius * np.cos(angle), radius * np.sin(angle)
        bend = 0.4 if self.dynamic(request.ranker) else 0.0
        bend += 0.3 * laid_again
        table["x"] = table["static_x"] + bend * np.sin(angle)
        table["y"] = table["static_y"] + bend * np.cos(angle)
        table["shift"] = bend * np.abs(np.sin(angle))
        table["rank"] = np.arange(1, len(table) + 1)
        table["rank_before"] = table["rank"]
        table["trust"] = 0.5 + 0.5 * np.cos(angle) ** 2
        table["category"] = table["categories"].str[0]
        seen = set(self.history(request.user_id)["item_id"])
        table["role"] = np.where(
            table["item_id"].isin(seen),
            "history",
            np.where(table["rank"] <= request.k, "recommendation", "catalogue"),
        )
        table["role_before"] = "catalogue" if before else table["role"]
        table["moved_by"] = "The Golden Number 6"
        table["detail"] = np.arange(len(table))
        steps = np.arange(max(1, min(8, LENGTHS[request.user_id])))
        return ItemMap(
            request=request,
            items=table,
            path=pd.DataFrame({"step": steps + 1, "x": 0.3 * steps, "y": np.sin(steps)}),
            regions=pd.DataFrame(
                {"label": ["dark city", "space"], "x": [-2.0, 3.0], "y": [1.0, -2.0], "size": 9}
            ),
            trust=0.94,
            num_items=self.dataset.num_items,
            sentence="The catalogue leans towards thrillers; 4 films moved far.",
            before=before,
            star_before=None if before is None else (0.5, 0.5),
        )

    def timeline(self, request: Request) -> Timeline:
        if request.user_id == "broken":
            raise DataError("This person's file is damaged. Load the data again.")
        history = self.history(request.user_id)
        steps = history["step"].to_numpy()
        waves = np.abs(np.sin(steps[:, None] / 9 + np.arange(len(CATEGORIES)))) + 0.1
        shares = pd.DataFrame(waves / waves.sum(axis=1, keepdims=True), columns=list(CATEGORIES))
        events = history.assign(
            category=history["categories"].str[0], drift=np.abs(np.sin(steps)) / 10
        ).drop(columns=["year", "categories"])
        points = events.iloc[10:40:15]
        return Timeline(
            user_id=request.user_id,
            events=events,
            shares=shares,
            path=pd.DataFrame(
                {
                    "step": steps,
                    "timestamp": history["timestamp"],
                    "x": np.cos(steps / 10),
                    "y": np.sin(steps / 10),
                }
            ),
            turning_points=pd.DataFrame(
                {
                    "step": points["step"],
                    "timestamp": points["timestamp"],
                    "from_category": "Drama",
                    "to_category": "Film-Noir",
                    "size": 0.2,
                    "title": points["title"],
                    "cause_item_id": points["item_id"],
                    "first_step": points["step"] - 1,
                    "last_step": points["step"] + 2,
                    "certainty": 0.97,
                    "cause_steps": [[step] for step in points["step"]],
                    "cause_titles": [[title] for title in points["title"]],
                }
            ),
            bulk_dates=False,
            sentence="From drama to film noir within a year.",
        )

    def explain(self, request: Request, item_id: str) -> Explanation:
        ranked = self._ranked(request)
        row = ranked.set_index("item_id").loc[item_id]
        history = self.history(request.user_id)
        evidence = [Evidence("taste", "Overall taste", float(row["part_taste"]))]
        last = history.tail(3)
        evidence += [
            Evidence("event", event.title, row["part_events"] / 3, event.item_id, event.step)
            for event in last.itertuples()
        ]
        missing = 0.0 if len(last) else float(row["part_events"])
        evidence += [
            Evidence("context", "Part of day: evening", float(row["part_context"])),
            Evidence("profile", "Age: 25-34", float(row["part_profile"])),
            Evidence("prior", "Often watched next", float(row["part_prior"]) + missing),
            Evidence("popularity", "Popular anyway", float(row["part_popularity"])),
        ]
        if request.feedback:
            evidence.append(Evidence("feedback", "You said more", float(row["part_feedback"])))
        return Explanation(
            request=request,
            item_id=item_id,
            title=row["title"],
            score=float(row["score"]),
            rank=int(ranked.index[ranked["item_id"] == item_id][0]) + 1,
            evidence=tuple(sorted(evidence, key=lambda one: -abs(one.weight))),
            total=float(row["score"]),
            method="exact contributions",
            method_name="exact",
            unit="points of score",
            sentence="Mostly taste; the evening adds a little.",
        )

    def what_if(self, request: Request, item_id: str) -> WhatIf:
        explanation = self.explain(request, item_id)
        changes = pd.DataFrame(
            [
                {
                    "kind": one.kind,
                    "label": f"without {one.label}",
                    "step": one.step,
                    "new_rank": (explanation.rank or 1) + int(10 * max(one.weight, 0)),
                    "places": int(10 * max(one.weight, 0)),
                    "new_score": explanation.score - one.weight,
                }
                for one in explanation.evidence
            ]
        )
        return WhatIf(item_id=item_id, rank=explanation.rank or 1, changes=changes)

    def attention(self, request: Request) -> AttentionView:
        tokens = self.history(request.user_id).tail(10)[["step", "item_id", "title"]]
        weights = [
            {"layer": layer, "head": head, "step": step, "weight": 1 / len(tokens)}
            for layer in (1, 2)
            for head in (1, 2)
            for step in tokens["step"]
        ]
        columns = ["layer", "head", "step", "weight"]
        return AttentionView(tokens=tokens, weights=pd.DataFrame(weights, columns=columns))

    def neighbours(self, request: Request, item_id: str, k: int = 5) -> pd.DataFrame:
        ranked = self._ranked(request)
        near = ranked[ranked["item_id"] != item_id].head(k + 2)[["item_id", "title"]]
        places = np.arange(len(near))
        return near.assign(
            before=places < k,
            now=places >= len(near) - k,
            cosine_before=0.9 - places / 20,
            cosine_now=0.5 + places / 20,
        )

    def stories(self) -> tuple[Story, ...]:
        return (
            Story("switch", "A sudden switch to film noir", "full", {"part_of_day": "evening"}),
            Story("newcomer", "Three events and already a taste", "short"),
            Story("newcomer", "Three events and already a taste", "empty"),
        )

    def stamp(self) -> str:
        return ""

    @property
    def texts(self) -> "FakeTexts":
        return FakeTexts()

    def search_items(self, text: str, limit: int = 20) -> pd.DataFrame:
        columns = ["item_id", "title", "year", "categories"]
        found = self.dataset.items["title"].str.contains(text, case=False, regex=False)
        return self.dataset.items.loc[found, columns].head(limit)

    def random_user(self, seed: int) -> str:
        return list(LENGTHS)[seed % 2]
