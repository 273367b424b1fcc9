"""A tiny engine with hand-made answers, so that commands are tested without any model."""

import json
from dataclasses import dataclass, replace
from types import SimpleNamespace

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
from recengine.engine.why.results import (
    NOT_BETTER,
    NOT_MEASURED,
    Counterfactual,
    Inside,
    MethodFacts,
    Trust,
    WhyAbove,
    WhyNot,
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
        asked = self._note(request)
        return Explanation(
            asked,
            item_id,
            "Alien",
            2.5,
            None,
            evidence,
            "exact parts",
            True,
            "Because.",
            trust=TRUST,
        )

    def why_above(self, request: Request, item_a: str, item_b: str, method: str) -> WhyAbove:
        evidence = pd.DataFrame(
            {"kind": ["taste"], "label": ["Overall taste"], "difference": [0.5]}
        )
        names = ("points of score", "exact parts", method or "exact", True)
        both = (item_a, "Alien", 1, item_b, "Brazil", 2)
        return WhyAbove(
            self._note(request), *both, 0.5, evidence, *names, TRUST, "Alien stands higher."
        )

    def why_not(self, request: Request, item_id: str, method: str) -> WhyNot:
        last = self.why_above(request, item_id, "8", method)
        none = last.evidence.head(0)
        return WhyNot(
            self._note(request), item_id, "Alien", 12, False, 0.5, last, none, none, "Too weak."
        )

    def change(self, request: Request, item_id: str, *, progress) -> Counterfactual:
        progress("Trying changes", 1, 0)
        changes = pd.DataFrame({"label": ["Without The Thing"], "rank_after": [11]})
        found = (item_id, "Alien", 1, 11, True, True, changes, 4, "It drops out.")
        return Counterfactual(self._note(request), *found)

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
