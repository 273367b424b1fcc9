import re

import pytest

from recengine.engine import Engine
from recengine.engine.telling.answers import answered, looked_most, moved
from recengine.errors import UnknownNameError
from recengine.types import Request
from recengine.ui.charts.why import rank_changes


@pytest.fixture(scope="module")
def asked(engine: Engine, longest: str) -> tuple[Request, list[str]]:
    request = Request(user_id=longest, context=engine.latest_context(longest), k=5)
    everything = Request(**{**vars(request), "k": 20})
    return request, engine.recommend(everything).items["item_id"].tolist()


def english_words(told: str) -> list[str]:
    """Words that stand outside quotation marks."""
    return re.findall(r"[a-z]{3,}", re.sub(r"“[^”]*”", "", told))


def answers(engine: Engine, asked):
    request, items = asked
    why = engine.why
    return {
        "above": why.why_above(request, items[0], items[1]),
        "missing": why.why_not(request, items[10]),
        "out": why.counterfactual(request, items[0]),
        "in": why.bring_in(request, items[6]),
        "looked": why.explain(request, items[0], "attention"),
    }


def test_every_answer_is_told_in_chinese_with_the_same_names_and_numbers(
    engine: Engine, asked
) -> None:
    for found in answers(engine, asked).values():
        told = answered(found, "zh")
        assert told.endswith("。")
        assert not english_words(told)
        assert found.title in told
        assert set(re.findall(r"number (\d+)", found.sentence)) <= set(re.findall(r"\d+", told))
        assert answered(found, "en") == found.sentence


def test_who_is_above_is_not_turned_round(engine: Engine, asked) -> None:
    request, items = asked
    one, other = (
        engine.why.why_above(request, items[first], items[second])
        for first, second in ((0, 3), (3, 0))
    )
    assert answered(one, "zh") == answered(other, "zh")
    assert answered(one, "zh").startswith(f"“{one.title}”排在“{one.title_b}”之前")


def test_a_change_that_moves_an_item_and_none_that_does(engine: Engine, asked) -> None:
    request, items = asked
    what_if = engine.what_if(request, items[2])
    changes = rank_changes(what_if)
    told = moved("Heat", what_if, changes, "zh")
    assert f"从第 {what_if.rank} 变为第 {changes['new_rank'].iloc[0]}" in told
    assert not english_words(told)
    assert "No single change" in moved("Heat", what_if, changes.head(0), "en")
    assert "没有任何单独的改变" in moved("Heat", what_if, changes.head(0), "zh")


def test_attention_is_no_reason_in_any_language() -> None:
    assert "not why it decided" in looked_most("Heat", 3, 0.25, "en")
    assert "25%" in looked_most("Heat", 3, 0.25, "zh")
    with pytest.raises(UnknownNameError):
        looked_most("Heat", 3, 0.25, "tlh")
