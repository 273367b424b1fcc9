"""The topics of the small engine that begin with why: answers from its arithmetic, real records."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.engine.results import Evidence, Explanation
from recengine.engine.telling.answers import answered
from recengine.engine.telling.results import Keywords, Rewritten, Told
from recengine.engine.why.answers import (
    Counterfactual,
    NearestLiked,
    SimilarChoices,
    WhyAbove,
    WhyNot,
    Words,
)
from recengine.engine.why.audit_results import ODDITIES, OLD_EVENT, PROFILE, Audit
from recengine.engine.why.results import (
    NOT_BETTER,
    NOT_MEASURED,
    TRUSTED,
    Faithfulness,
    MethodFacts,
    Trust,
)
from recengine.errors import ConfigError, DownloadError
from recengine.explanations.words import Case, Fact, language, outline
from recengine.types import Request

METHODS = (
    MethodFacts("exact", "exact contributions", "Parts of the score.", "points of score", True,
                True, ("event", "context", "profile"), False, Trust(TRUSTED, "It passed.")),
    MethodFacts("occlusion", "leaving one out", "What the score loses.", "points of score", False,
                True, ("event",), True, Trust(NOT_MEASURED, "Nobody tested it.")),
    MethodFacts("attention", "attention, last layer", "Where it looked.", "share of attention",
                False, False, ("event",), False, Trust(NOT_BETTER, "It did not pass.")),
    MethodFacts("rollout", "attention rollout", "Where it looked.", "share of attention",
                False, False, ("event",), False, Trust(NOT_BETTER, "It did not pass.")),
)  # fmt: skip
KINDS = ("taste", "events", "prior", "context", "profile", "popularity")


@dataclass
class FakeWhy:
    """Answers like `recengine.engine.why.topic.Why`."""

    engine: Any

    def methods(self, ranker: str = "") -> tuple[MethodFacts, ...]:
        return METHODS if ranker == "unified" else METHODS[:1]

    def explain(
        self, request: Request, item_id: str, method: str = "", *, progress: Progress = silent
    ) -> Explanation:
        progress("Scoring without each piece", 1, 1)
        facts = next(each for each in METHODS if each.name == (method or "exact"))
        whole = self.engine.explain(request, item_id)
        evidence = whole.evidence
        if "attention" in facts.unit:
            if not len(self.engine.history(request.user_id)):
                raise ConfigError("Nobody did anything yet. Choose somebody with a history.")
            events = self.engine.attention(request).tokens
            evidence = tuple(
                Evidence("event", row.title, 1 / len(events), row.item_id, row.step)
                for row in events.itertuples()
            )
        return replace(
            whole,
            evidence=evidence,
            total=whole.total if facts.adds_up else None,
            method=facts.label,
            method_name=facts.name,
            unit=facts.unit,
            trust=facts.trust,
        )

    def _about(self, request: Request, item_id: str, **more: Any) -> dict[str, Any]:
        """The fields that every answer about an item has."""
        one = self.engine.explain(request, item_id)
        about = {name: getattr(one, name) for name in ("title", "score", "rank")}
        exact = {"method": one.method, "method_name": "exact", "unit": one.unit}
        return {"request": request, "item_id": item_id, "total": None, **about, **exact, **more}

    def why_above(
        self, request: Request, item_a: str, item_b: str, method: str = ""  # noqa: ARG002
    ) -> WhyAbove:  # fmt: skip
        if item_a == item_b:
            raise ConfigError(f"Both items are {item_a!r}. Choose two that differ.")
        first, second = (self.engine.explain(request, item) for item in (item_a, item_b))
        others = {(one.kind, one.label): one.weight for one in second.evidence}
        evidence = tuple(
            replace(
                one, weight=one.weight - others[one.kind, one.label],
                facts={"weight_a": one.weight, "weight_b": others[one.kind, one.label]},
            )
            for one in first.evidence
        )  # fmt: skip
        difference = first.score - second.score
        return WhyAbove(
            **self._about(request, item_a, total=difference), evidence=evidence, item_b=item_b,
            title_b=second.title, rank_b=second.rank, difference=difference,
            trust=METHODS[0].trust, sentence=f"{first.title} stands above {second.title}.",
        )  # fmt: skip

    def why_not(self, request: Request, item_id: str, method: str = "") -> WhyNot:
        last = self.engine.recommend(request).items["item_id"].iat[-1]
        above = self.why_above(request, item_id, last, method)
        return WhyNot(
            **self._about(request, item_id, total=above.total), evidence=above.evidence,
            in_list=False, gap=-above.difference, last=above,
            sentence=f"{above.title} is number {above.rank}.",
        )  # fmt: skip

    def counterfactual(
        self, request: Request, item_id: str, *, progress: Progress = silent
    ) -> Counterfactual:
        progress("Trying changes", 1, 2)
        weather = {"feature": "weather", "value": "rainy", "rank_after": 12}
        changes = (
            Evidence("event", "Without The Golden Number 6", -4.0, "106", 3,
                     facts={"feature": "", "value": "", "rank_after": 7}),
            Evidence("context", "Weather: rainy", -5.0, facts=weather),
        )  # fmt: skip
        about = self._about(request, item_id, total=-9.0, unit="places in the list")
        return Counterfactual(
            **about, evidence=changes, rank_before=3, rank_after=12, found=True, smallest=True,
            tried=40, sentence=f"{about['title']} drops out.",
        )  # fmt: skip

    bring_in = counterfactual

    def nearest_liked(self, request: Request, item_id: str, limit: int = 5) -> NearestLiked:
        if not len(self.engine.history(request.user_id)):
            raise ConfigError("Nobody did anything yet. Choose somebody with a history.")
        near = {"value": 4.0, "nearer_than": 0.97}
        evidence = tuple(
            Evidence("event", row.title, 0.8, row.item_id, row.step, facts=near)
            for row in self.engine.history(request.user_id).head(limit).itertuples()
        )
        return NearestLiked(
            **self._about(request, item_id, unit="cosine"), evidence=evidence, space="item texts",
            sentence="Near to what they liked.",
        )  # fmt: skip

    def similar_choices(self, request: Request, item_id: str) -> SimilarChoices:
        return SimilarChoices(
            **self._about(request, item_id, unit="share of those who chose it"),
            evidence=(Evidence("event", "a", 0.3, "106", facts={"people": 9}),), people=100,
            chose=30, share=0.3, low=0.2, high=0.4, base_share=0.1, sentence="30 of 100 chose it.",
        )  # fmt: skip

    def readers(self) -> tuple[str, ...]:
        return ()

    def words(
        self,
        request: Request,
        item_id: str,
        limit: int = 10,  # noqa: ARG002
        method: str = "",
        *,
        progress: Progress = silent,
    ) -> Words:
        progress("Reading words", 1, 1)
        text = pd.DataFrame(
            {"position": [0, 1, 2], "word": ["A", "<b>film</b>", "noir"],
             "weight": [0.0, 0.4, 0.8], "kind": ["mark" if method else "item", "item", "item"],
             "compared": [bool(method), True, True]}
        )  # fmt: skip
        answer = {"title": "a", "item_word": "noir", "history_word": "dark", "position": 2}
        return Words(
            **self._about(request, item_id, unit="share of attention" if method else "cosine"),
            evidence=(Evidence("event", "noir ← dark", 0.8, "106", 3, facts=answer),),
            text=text, cut=not method, sentence="“noir” answered “dark”.",
            trust=METHODS[3].trust if method else None,
        )  # fmt: skip

    def faithfulness(self) -> Faithfulness:
        values = {"exact": 0.9, "attention": 0.4, "recency": 0.5, "random": 0.3}
        table = pd.DataFrame(
            [{"ranker": "unified", "method": name, "label": name, "metric": metric,
              "control": name in ("recency", "random"), "value": value, "low": value - 0.1,
              "high": value + 0.1, "ahead": value - 0.5, "ahead_low": value - 0.6,
              "ahead_high": value - 0.4, "trusted": name == "exact"}
             for metric in ("faithfulness", "randomised") for name, value in values.items()]
        )  # fmt: skip
        return Faithfulness(
            table, {"faithfulness": "How faithful.", "randomised": "How blind."},
            {"faithfulness": "higher", "randomised": "lower"}, {"unified": 40}, "40 people", "made",
            "unified: exact beats the recency control.",
        )  # fmt: skip


@dataclass
class FakeTelling:
    """Answers like `recengine.engine.telling.topic.Telling`, without any language model."""

    engine: Any

    def explanation(self, explained: Explanation, language_code: str = "en") -> Told:
        spoken = language(language_code)
        facts = [Fact(one.kind, one.label, one.weight, one.kind) for one in explained.evidence]
        told = outline(Case(explained.title, explained.rank or 0, 40, facts))
        sentences = spoken.explanation(told)
        return Told(explained.item_id, language_code, spoken.join(sentences), sentences)

    def answer(self, found, language_code: str = "en") -> str:
        return answered(found, language_code)

    def description(self, explained: Explanation, language_code: str = "en") -> Told:
        text = f"“{explained.title}” suits you."
        return Told(explained.item_id, language_code, text, (text,))

    def keywords(
        self, request: Request, step: int = 0, k: int = 10, language_code: str = "en"
    ) -> Keywords:
        table = pd.DataFrame(
            {"word": ["dark", "city"], "weight": [1.0, 0.5], "items": 3, "examples": [["a"]] * 2}
        )
        words = tuple(table["word"].head(k))
        return Keywords(request.user_id, step, table, language(language_code).keywords(words))

    writer = "tiny"
    writers = ("tiny", "small")

    def kept_rewriting(self, told: Told, writer: str = "") -> Rewritten | None:  # noqa: ARG002
        return None

    def writer_quality(self, writer: str = "") -> str:  # noqa: ARG002
        return "3 of 4 texts pass the check."

    def rewrite(self, told: Told, progress: Progress = silent, writer: str = "") -> Rewritten:
        progress("Loading", 0, 0)
        if writer == "nobody/knows":
            raise DownloadError("Could not fetch the writer 'nobody/knows'. Name another.")
        name = writer or self.writer
        if told.item_id == "112":
            return Rewritten("", "By Kubrick.", "It mentions Kubrick.", ("Kubrick",), name, 1.0)
        return Rewritten(f"In short: {told.sentences[0]}", "", "", (), name, 1.0)


def fake_audit(engine: Any, ranker: str) -> Audit:
    """Four cases, two of them odd."""
    films = engine.dataset.items
    cases = pd.DataFrame(
        [
            {
                "user_id": user, "context": {"weather": "rainy"},
                "item_id": films["item_id"].iat[n], "title": films["title"].iat[n],
                **{f"share_{kind}": 1 / 6 for kind in KINDS},
                "event": "The Golden Number 6", "event_id": "106",
                "event_share": 0.4, "event_back": 30, "event_decides": True,
                "decisive": ["profile"], "profile_fields": ["Age"], "odd": odd,
            }
            for n, (user, odd) in enumerate(
                [("full", [OLD_EVENT]), ("short", [PROFILE]), ("empty", []), ("full", [])]
            )
        ]
    )  # fmt: skip
    kinds = pd.DataFrame(
        {"kind": KINDS, "share": 1 / 6, "low": 0.1, "high": 0.2, "decisive": [1, 0, 0, 2, 0, 3]}
    )
    groups = [("Activity", "fewest events", 40, True), ("Age", "25-34", 4, False)]
    slices = pd.concat(
        [kinds.assign(slice=s, value=v, people=p, enough=e) for s, v, p, e in groups]
    )
    odd = pd.DataFrame(
        [(name, label, "A meaning.", n, n / 4, 0.0, 0.6)
         for n, (name, label) in zip((1, 0, 1), ODDITIES.items(), strict=True)],
        columns=["name", "label", "meaning", "count", "share", "low", "high"],
    )  # fmt: skip
    odd_slices = pd.concat(
        [odd.assign(slice=s, value=v, people=p, enough=e, stands_out=e) for s, v, p, e in groups]
    ).rename(columns={"name": "odd"})
    features = pd.DataFrame(
        {"kind": ["context"], "feature": ["Weather"], "value": ["rainy"], "people": [40],
         "share": [0.03], "decisive": [2]}
    )  # fmt: skip
    categories = pd.DataFrame(
        {"category": ["Drama", "Comedy"], "share": [0.7, 0.3], "base": [0.5, 0.5]}
    )
    members = [{"group": s, "member": v, "members": p, "enough": e} for s, v, p, e in groups]
    feature_slices, category_slices = (
        pd.concat([table.assign(**each) for each in members]) for table in (features, categories)
    )
    events = pd.DataFrame(
        {"item_id": ["106"], "title": "The Golden Number 6", "people": 3, "having": 4,
         "share": 0.4, "decisive": 1}
    )  # fmt: skip
    return Audit(
        ranker, 4, 4, ranker == "unified", kinds, slices, features,
        categories, odd, odd_slices, cases, "recengine audit fake",
        "For 4 of 4 people, mostly taste; two odd.",
        feature_slices, category_slices, events,
    )  # fmt: skip
