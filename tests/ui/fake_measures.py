"""What the small engine says of rankers, texts and moments: as measured, always the same."""

from typing import Any

import numpy as np
import pandas as pd

from recengine.data.dataset import Dataset
from recengine.engine.ablations.results import AblationStudy
from recengine.engine.ablations.topic import study_of
from recengine.engine.comparison.results import (
    Disagreements,
    Job,
    JobStatus,
    Leaderboard,
    MetricMeaning,
    Misses,
    Quality,
    Untrained,
)
from recengine.engine.contexts.results import ContextImportance
from recengine.engine.contexts.topic import importance_of
from recengine.engine.texts.results import TextMeasure, TextWorth

MEANINGS = {
    "ndcg@10": MetricMeaning("Ranking quality (NDCG@10)", "1 if it stands first.", "higher"),
    "hr@10": MetricMeaning("Found in the first ten (HR@10)", "Share of people.", "higher"),
    "text-diversity@10": MetricMeaning("Variety of content", "1 - cosine.", "higher"),
}
SECONDS = {"unified": 400.0, "recency_ease": 3.0, "text": 0.0, "popularity": 0.0}


class FakeAblations:
    """Texts help, bending items does not; nobody looked at moments."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def study(self) -> AblationStudy:
        return study_of(
            {
                "description": "P-A: last event",
                "people": 4,
                "parts": {
                    "dynamic": _part(-0.001, -0.004, 0.002, p=0.6, kept=[False]),
                    "text": _part(0.02, 0.01, 0.03, p=0.001),
                },
            },
            self._dataset,
        )


def _part(difference: float, low: float, high: float, *, p: float, **facts: Any) -> dict[str, Any]:
    figures = {"value": 0.1 + difference, "low": 0.09, "high": 0.13}
    against = {"against_value": 0.1, "against_low": 0.09, "against_high": 0.11}
    bounds = {"difference": difference, "diff_low": low, "diff_high": high, "p": p}
    rows = [{"metric": metric, **figures, **against, **bounds}
            for metric in ("ndcg@10", "hr@10", "nearness")]  # fmt: skip
    told = {"seeds": [0], "made_with": "recengine evaluate fake --ablations --seeds 0"}
    return {"facts": {**told, **facts}, "rows": rows}


class FakeContexts:
    """Rain matters, the season does not."""

    def importance(self) -> ContextImportance:
        rows = [("weather", "Weather", 0.02, 0.01), ("season", "Season", 0.001, -0.01)]
        features = [
            {"feature": name, "label": label, "gate": 1.5}
            | dict.fromkeys(("value", "shuffled", "alone"), value)
            | {f"{way}low": low for way in ("", "shuffled_", "alone_")}
            | {f"{way}high": 0.03 for way in ("", "shuffled_", "alone_")}
            for name, label, value, low in rows
        ]
        ways = {"known": 0.12, "unknown": 0.1, "shuffled": 0.09, "gain": 0.02}
        overall = [
            {"way": way, "value": value, "low": value - 0.01, "high": value + 0.01}
            for way, value in {**ways, "shuffled gain": -0.01}.items()
        ]
        truth = [
            {"name": name, "mean": 0.85, "low": 0.8, "high": 0.9}
            for name in ("share of achievable", "correlation", "gain as it came")
        ]
        facts = {"description": "P-A: last event", "people": 4, "made_with": "recengine evaluate"}
        return importance_of(
            {"facts": facts, "features": features, "overall": overall, "truth": truth}
        )


class FakeMeasures:
    """The part of the small engine that reads results and trains."""

    dataset: Dataset
    jobs: dict[str, Job]

    def quality(self) -> Quality:
        values = {"unified": 0.182, "recency_ease": 0.151, "text": 0.06, "popularity": 0.05}
        labels = {"unified": "Unified model", "recency_ease": "Recency EASE"}
        rows = [
            {
                "ranker": name,
                "label": labels.get(name, name.capitalize()),
                "metric": metric,
                "value": value * factor,
                "low": (value - 0.005) * factor,
                "high": (value + 0.005) * factor,
                "seeds": 3,
            }
            for metric, factor in (("ndcg@10", 1.0), ("hr@10", 1.8))
            for name, value in values.items()
        ]
        return Quality(
            table=pd.DataFrame(rows),
            protocol="Leave the last event out, rank the whole catalogue.",
            made_with="recengine evaluate fake",
            sentence="The unified model finds the next film more often than any baseline.",
        )

    def ranker_facts(self, ranker: str = "") -> dict[str, Any]:
        return {"settings": f"those of {ranker or 'unified'}"}

    def measured_protocols(self) -> tuple[str, ...]:
        return ("P-A", "P-B")

    def leaderboard(self, protocol: str = "P-A", against: str = "") -> Leaderboard:
        baseline = against or "popularity"
        table = self.quality().table
        variety = table[table["metric"] == "ndcg@10"].assign(metric="text-diversity@10")
        table = pd.concat([table, variety], ignore_index=True)
        table["seconds"] = table["ranker"].map(SECONDS)
        table["difference"] = table["value"] - 0.05
        table["diff_low"], table["diff_high"] = table["low"] - 0.05, table["high"] - 0.05
        one_for_all = table["metric"] == "text-diversity@10"
        table.loc[one_for_all, ["low", "high", "difference", "diff_low", "diff_high"]] = np.nan
        table["p_holm"] = np.where(table["ranker"] == "text", 0.4, 0.001)
        table["verdict"] = np.where(table["ranker"] == "text", "no difference", "better")
        slices = [
            {**row, "slice": "Age", "value": value, "people": people, "mean": row["value"]}
            for row in table.to_dict("records")
            for value, people in (("18-24", 320), ("56+", 12))
        ]
        enough = pd.DataFrame(slices)["people"] >= 30
        return Leaderboard(
            table=table,
            metrics=MEANINGS,
            slices=pd.DataFrame(slices).assign(enough=enough),
            baseline=baseline,
            facts={
                "unified": {
                    "made_with": "recengine evaluate fake --seeds 0,1,2 --ranker unified",
                    "seeds": [0, 1, 2],
                    "made": "20260101T000000",
                    "version": "0.1.0+1234567",
                    "machine": "Linux, 2 threads",
                    "data_fingerprint": "abcdef",
                    "seconds": 420.0,
                    "config": {"model": {"dropout": 0.2}},
                }
            },
            protocol=f"{protocol}: last event of each person tests; 4 people asked",
            made_with=f"recengine evaluate fake --protocol {protocol}",
            sentence="Unified model finds the next choice for 33 of 100 people.",
        )

    def _asked(self) -> pd.DataFrame:
        films = self.dataset.items.iloc[[1, 5, 9]][["item_id", "title", "year", "categories"]]
        films.insert(0, "user_id", ["short", "full", "empty"])
        return films.reset_index(drop=True)

    def disagreements(
        self,
        first: str,
        second: str,
        protocol: str = "P-A",  # noqa: ARG002
        limit: int = 50,
    ) -> Disagreements | None:
        people = self._asked().assign(rank_first=[1, 2, 9], rank_second=[39, 20, 8])
        return Disagreements(
            first=first,
            second=second,
            people=people.assign(shared=[0, 4, 9], factor=[39.0, 10.0, 1.1]).head(limit),
            questions=4,
            first_closer=2,
            second_closer=1,
            nothing_shared=1,
            sentence="The two share 4.3 of ten items on average.",
        )

    def misses(
        self,
        ranker: str,  # noqa: ARG002
        protocol: str = "P-A",  # noqa: ARG002
        slice_name: str = "",
        value: str = "",
        limit: int = 50,
    ) -> Misses | None:
        table = self._asked().assign(rank=[40, 33, 21], rescuer="popularity", rescuer_rank=3)
        table["listed"] = [["The Golden Number 6"]] * 3
        about = f" ({slice_name}: {value})" if slice_name else ""
        return Misses(
            table=table.head(1 if slice_name else limit),
            questions=4,
            among_ten=1,
            median_rank=27.0,
            slices={"Age": ("18-24", "56+")},
            sentence=f"It leaves the choice out for 3 of 4 people{about}.",
        )

    def untrained(self) -> tuple[Untrained, ...]:
        labels = {"gru": "GRU (recurrent)", "din": "DIN"}
        return tuple(
            Untrained(name, labels.get(name, name), (), job) for name, job in self.jobs.items()
        )

    def start_training(self, ranker: str) -> None:
        self.jobs[ranker] = Job(JobStatus.RUNNING, "Training, epoch 1 of 4", 25, 100, 7.0)

    def cancel_training(self, ranker: str) -> None:
        self.jobs[ranker] = Job(JobStatus.STOPPED, "Training, epoch 1 of 4", 25, 100, 7.0)


class FakeTexts:
    """Texts of which two questions of three were measured."""

    def worth(self) -> TextWorth:
        def row(name: str, value: float, verdict: str, **more: Any) -> dict[str, Any]:
            found = {"name": name, "label": f"*{name}*", "metric": "ndcg@10", "value": value}
            bounds = {"low": value - 0.01, "high": value + 0.01, "verdict": verdict}
            ahead = dict.fromkeys(("difference", "diff_low", "diff_high", "p_holm"), 0.01)
            return found | bounds | ahead | more

        asked = {"questions": 90, "people": 50}
        adapted = [
            row("frozen", 0.05, "", group="cold", **asked),
            row("pairs", 0.09, "better", group="cold", **asked),
            row("frozen", 0.04, "", group="warm", **asked),
            row("pairs", 0.03, "no clear difference", group="warm", **asked),
        ]
        size = {"bytes_per_item": 388.0, "blend": 0.1, "blend_difference": 0.0}
        sizes = [
            row("float32", 0.04, "", saved=0.0, overlap=1.0, **size),
            row("int8", 0.04, "no clear difference", saved=0.75, overlap=0.99, **size),
        ]
        facts = {"machine": "here", "split": "leave the last out"}
        return TextWorth(
            TextMeasure(pd.DataFrame(adapted), "It helps.", "recengine adapt fake", facts),
            TextMeasure(pd.DataFrame(sizes), "A quarter.", "recengine texts fake --sizes", facts),
            TextMeasure(pd.DataFrame(), "Not yet.", "recengine texts fake --reading", {}),
        )
