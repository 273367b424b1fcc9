"""Whatever is asked that begins with why, the answer is an `Explanation` that anybody can read."""

import json
import math

import pytest

from recengine.cli.output import plain
from recengine.engine import Engine
from recengine.engine.results import Explanation
from recengine.engine.why import words
from recengine.explanations import METHODS
from recengine.types import Request
from tests.engine.why.test_words import Letters

QUESTIONS = {
    **{name: lambda why, *asked, name=name: why.explain(asked[0], asked[1], name)
       for name in METHODS},
    "why above": lambda why, request, first, _: why.why_above(request, first, _),
    "why above, by looks": lambda why, request, first, last: why.why_above(
        request, first, last, "attention"
    ),
    "why not": lambda why, request, _, last: why.why_not(request, last),
    "why not, if it is there": lambda why, request, first, _: why.why_not(request, first),
    "out": lambda why, request, first, _: why.counterfactual(request, first),
    "in": lambda why, request, _, last: why.bring_in(request, last),
    "change": lambda why, request, _, last: why.change(request, last),
    "nearest liked": lambda why, request, first, _: why.nearest_liked(request, first),
    "similar choices": lambda why, request, first, _: why.similar_choices(request, first),
    "words": lambda why, request, first, _: why.words(request, first),
}  # fmt: skip
SUMS = {"exact", "integrated-gradients", "why above", "why not", "out", "in", "change"}


@pytest.fixture(scope="module")
def asked(engine: Engine, longest: str) -> tuple[Request, str, str]:
    """A request, the first item of its list, and one that is not in it."""
    request = Request(user_id=longest, context=engine.latest_context(longest), k=5)
    items = engine.recommend(Request(**{**vars(request), "k": 20})).items["item_id"]
    return request, items.iat[0], items.iat[8]


@pytest.fixture(params=QUESTIONS)
def answer(request, engine: Engine, asked, monkeypatch) -> tuple[str, Explanation]:
    letters = Letters()
    monkeypatch.setattr(words, "text_encoder", lambda _: letters)
    return request.param, QUESTIONS[request.param](engine.why, *asked)


def test_every_answer_is_an_explanation_with_labelled_finite_evidence(answer, asked) -> None:
    name, found = answer
    assert isinstance(found, Explanation)
    assert found.evidence or name in ("words", "similar choices")
    assert all(one.kind and one.label for one in found.evidence)
    assert all(math.isfinite(one.weight) for one in found.evidence)
    assert all((found.unit, found.method, found.method_name, found.sentence))
    assert found.item_id in asked[1:]
    assert found.request.k == asked[0].k


def test_what_says_that_it_adds_up_does(answer) -> None:
    name, found = answer
    assert found.adds_up == (name in SUMS or name == "why not, if it is there")
    if found.adds_up:
        assert sum(one.weight for one in found.evidence) == pytest.approx(found.total, abs=1e-3)


def test_any_answer_becomes_a_table_and_json_on_the_same_path(engine: Engine, answer) -> None:
    _, found = answer
    assert len(found.table) == len(found.evidence)
    assert set(found.headings) <= set(found.table)
    assert found.headings["weight"].lower() == found.unit.lower()
    assert not found.table[list(found.headings)].isna().to_numpy().any()
    steps = [one.step for one in found.evidence]
    assert found.shown["step"].fillna(0).tolist() == steps
    assert found.shown["step"].isna().sum() == steps.count(0)
    json.dumps(plain(found.table), allow_nan=False)
    for language in ("en", "zh"):
        assert engine.telling.answer(found, language)


def test_places_that_changes_move_an_item_sum_to_the_way_it_goes(engine: Engine, asked) -> None:
    request, first, last = asked
    fallen, risen = engine.why.counterfactual(request, first), engine.why.bring_in(request, last)
    assert fallen.total == fallen.rank_before - fallen.rank_after < 0
    assert risen.total == risen.rank_before - risen.rank_after > 0
    assert risen.rank == risen.rank_before
