"""A tiny engine with hand-made answers, so that commands are tested without any model."""

import json
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recengine import cli
from recengine.cli import ask, bench, demo, explain, item_map
from recengine.engine.feedback.results import Told
from recengine.engine.forecasts.results import FutureTaste
from recengine.engine.results import (
    Evidence,
    Explanation,
    ItemMap,
    ListChange,
    Recommendations,
    Timeline,
)
from recengine.engine.why.answers import Counterfactual, WhyAbove, WhyNot, Words
from recengine.engine.why.results import (
    NOT_BETTER,
    NOT_MEASURED,
    Inside,
    MethodFacts,
    Trust,
)
from recengine.errors import UnknownNameError
from recengine.types import Request

TRUST = Trust(NOT_MEASURED, "Nobody has tested it yet.")
FAILED = Trust(NOT_BETTER, "It did not pass.")


class FakeFuture:
    """Foretells the same to everybody."""

    def taste(self, request: Request, ahead: int, unit: str, method: str) -> FutureTaste:
        shares = pd.DataFrame({"ahead": [ahead], "category": ["Horror"], "mean": [0.75]})
        shares = shares.assign(**{f"{side}80": [0.5] for side in ("low", "high")})
        items = pd.DataFrame({"rank": [1], "title": ["Alien"], "rank_now": [2]})
        empty = pd.DataFrame()
        return FutureTaste(
            *(request, method or "gru", "Recurrent (GRU)", unit, (ahead,), shares, empty, items),
            *(empty, True, "More horror.", empty, "Not measured."),
        )


class FakeEngine:
    """Knows one person and two items; asks nobody."""

    dataset = SimpleNamespace(name="tiny", title="Tiny")
    default_ranker = "unified"
    future = FakeFuture()
    feedback = SimpleNamespace(
        told=lambda request: Told(pd.DataFrame(), True, f"Said: {len(request.feedback)}.")
    )
    path = pd.DataFrame({"step": [1, 2], "x": [0.0, 1.0], "y": [0.0, 1.0]})

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.map_wishes: dict = {}

    def _note(self, request: Request) -> Request:
        if request.user_id != "ann":
            raise UnknownNameError("user", request.user_id, ["ann"])
        self.requests.append(request)
        return replace(request, ranker="unified")

    def recommend(self, request: Request) -> Recommendations:
        items = pd.DataFrame(
            {
                "rank": [1, 2],
                "item_id": ["7", "8"],
                "title": ["Alien [bold]", "Brazil\x1b[31m"],
                "year": pd.array([1979, pd.NA], dtype="Int64"),
                "categories": [["Horror", "Sci-Fi"], []],
                "score": np.array([2.5, np.nan], dtype=np.float32),
                "share_of_best": [1.0, 0.5],
                "reason": ["you liked The Thing", ""],
                "part_taste": [2.5, 0.0],
            }
        )
        return Recommendations(self._note(request), items, "Mostly horror.", 2, True)

    def compare_lists(self, before: Request, after: Request) -> ListChange:
        self._note(before)
        self._note(after)
        changes = pd.DataFrame(
            {"item_id": ["7"], "title": ["Alien"], "rank_before": [1], "rank_after": [2]}
        ).assign(places=1)
        return ListChange(changes, 1, "Alien falls.")

    def item_map(
        self,
        request: Request,
        max_items: int = 20_000,
        before: Request | None = None,
        laid_again: bool = False,
        hold: tuple[str, ...] = (),
    ) -> ItemMap:
        self.map_wishes = {"before": before, "laid_again": laid_again, "hold": hold}
        numbers = ("x", "y", "static_x", "static_y", "shift", "score", "trust")
        items = pd.DataFrame({name: [0.5, 0.25] for name in numbers})
        items = items.assign(item_id=["7", "8"], title=["Alien", "Brazil"], rank=[1, 2])
        regions = pd.DataFrame({"label": ["dark"], "x": [0.0], "y": [0.0], "size": [2]})
        items = items.head(max_items)
        asked = self._note(request)
        return ItemMap(asked, items, self.path, regions, 0.9, 2, "Two items.", before=before)

    def timeline(self, request: Request) -> Timeline:
        self._note(request)
        events = pd.DataFrame({"step": [1, 2], "title": ["Alien", "Brazil"], "drift": [0.0, 0.5]})
        shares = pd.DataFrame({"Horror": [0.75, 0.25], "Comedy": [0.25, 0.75]})
        turns = pd.DataFrame({"step": [2], "from_category": ["Horror"], "to_category": ["Comedy"]})
        turns = turns.assign(size=[0.5], title=["Brazil"])
        return Timeline("ann", events, shares, self.path, turns, False, "It turned.")

    @property
    def why(self) -> "FakeEngine":
        return self

    def explain(self, request: Request, item_id: str, method: str = "") -> Explanation:
        if method not in ("", "exact"):
            raise UnknownNameError("method of explanation", method, ["exact"])
        evidence = (
            Evidence("taste", "Overall taste", 2.0),
            Evidence("event", "The Thing", 0.5, item_id="9", step=1, detail="rated 5"),
        )
        return Explanation(
            **self._about(request, item_id, 2.5, rank=None), evidence=evidence, trust=TRUST,
            sentence="Because.",
        )  # fmt: skip

    def _about(
        self, request: Request, item_id: str, total: float | None, rank: int | None = 1
    ) -> dict[str, Any]:
        """The fields that every answer about an item has."""
        exact = {"method": "exact parts", "method_name": "exact", "unit": "points of score"}
        about = {"request": self._note(request), "item_id": item_id, "title": "Alien", "score": 2.5}
        return {**about, **exact, "rank": rank, "total": total}

    def why_above(self, request: Request, item_a: str, item_b: str, method: str) -> WhyAbove:  # noqa: ARG002
        both = {"weight_a": 2.0, "weight_b": 1.5}
        evidence = (Evidence("taste", "Overall taste", 0.5, facts=both),)
        return WhyAbove(
            **self._about(request, item_a, 0.5), evidence=evidence, item_b=item_b,
            title_b="Brazil", rank_b=2, difference=0.5, trust=TRUST,
            sentence="Alien stands higher.",
        )  # fmt: skip

    def why_not(self, request: Request, item_id: str, method: str) -> WhyNot:
        last = self.why_above(request, item_id, "8", method)
        return WhyNot(
            **self._about(request, item_id, 0.5, rank=12), evidence=last.evidence, in_list=False,
            gap=0.5, last=last, trust=TRUST, sentence="Too weak.",
        )  # fmt: skip

    def change(self, request: Request, item_id: str, *, progress) -> Counterfactual:
        progress("Trying changes", 1, 0)
        places = {"feature": "", "value": "", "rank_after": 11}
        return Counterfactual(
            **self._about(request, item_id, -10.0), rank_before=1, rank_after=11, found=True,
            evidence=(Evidence("event", "Without The Thing", -10.0, "9", 1, facts=places),),
            smallest=True, tried=4, sentence="It drops out.",
        )  # fmt: skip

    def words(self, request: Request, item_id: str, *, method: str, progress) -> Words:
        progress("Reading the texts", 1, 1)
        facts = {"title": "The Thing", "position": 0}
        text = pd.DataFrame({"position": [0], "word": ["alien"], "weight": [0.5], "kind": "item"})
        return Words(
            **self._about(request, item_id, None), text=text, cut=False, sentence="Looked.",
            evidence=(Evidence("event", "thing", 0.5, "9", 1, facts=facts),),
            trust=FAILED if method else None,
        )  # fmt: skip

    def methods(self, ranker: str = "") -> tuple[MethodFacts, ...]:  # noqa: ARG002
        facts = ("attention", "attention, last layer", "Looks.", "share of attention")
        return (MethodFacts(*facts, False, False, ("event",), False, FAILED),)

    def inside(self, request: Request, item_id: str = "") -> Inside:
        tokens = pd.DataFrame({"position": [0, 1], "title": ["The Thing", "Brazil"]})
        attention = np.array([[[[1, 0], [0.25, 0.75]]]], dtype=np.float32)
        states = np.zeros((2, 2, 3), dtype=np.float32)
        looks = pd.DataFrame({"token": [0], "kind": "event", "label": "The Thing", "step": [1]})
        weights = np.array([[0.5]], dtype=np.float32)
        asked = self._note(request)
        found = (attention, states, 1, attention[0], item_id, looks, weights)
        return Inside(asked, tokens, *found)

    def random_user(self, seed: int) -> str:  # noqa: ARG002
        return "ann"

    def latest_context(self, user_id: str) -> dict[str, str]:  # noqa: ARG002
        return {"part_of_day": "evening"}

    def dynamic(self, ranker: str = "") -> bool:  # noqa: ARG002
        return True

    follows_interest = dynamic


@pytest.fixture
def engine(monkeypatch) -> FakeEngine:
    fake = FakeEngine()
    for module in (ask, bench, demo, explain, item_map):
        monkeypatch.setattr(module, "open_engine", lambda *_: fake)
    return fake


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        """Standard output as one strict JSON object."""

        def refuse(name: str) -> None:
            raise ValueError(f"{name} is not JSON")

        return json.loads(self.out, parse_constant=refuse)


@pytest.fixture
def recengine(capsys, tmp_path, monkeypatch):
    """Run a command line in a workspace of its own."""
    monkeypatch.setenv("RECENGINE_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> Outcome:
        status = cli.run(arguments)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run
