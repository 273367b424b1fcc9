import re
from dataclasses import replace

import pandas as pd
import pytest

from recengine.engine import Engine
from recengine.engine.results import Evidence
from recengine.engine.telling import audited
from recengine.engine.telling.answers import answered, looked_most, moved
from recengine.engine.why.answers import Words
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
        "near": why.nearest_liked(request, items[0]),
        "similar": why.similar_choices(request, items[0]),
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


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (0.3, 0.5, "高于其他人"), (0.0, 0.1, "低于其他人"), (0.1, 0.5, "没有可信的差别"),
])  # fmt: skip
def test_what_similar_people_chose_is_no_more_certain_in_chinese(
    engine: Engine, asked, low: float, high: float, verdict: str
) -> None:
    request, items = asked
    found = engine.why.similar_choices(request, items[0])
    found = replace(found, people=50, chose=10, share=0.2, base_share=0.2, low=low, high=high)
    assert verdict in answered(found, "zh")
    assert "50" in answered(found, "zh")
    assert "没有人" in answered(replace(found, people=0), "zh")


def test_words_that_answered_each_other_are_told_with_where_they_stand() -> None:
    rows = [
        ("umbrella", "rain", "Weather: rain", "context"),
        ("umbrella", "hat", "Rain hat", "event"),
        ("tent", "camp", "Camp bed", "event"),
    ]
    evidence = tuple(
        Evidence(
            kind, f"{word} ← {other}", 0.5, facts={
                "item_word": word, "history_word": other, "title": title
            },
        )
        for word, other, title, kind in rows
    )  # fmt: skip
    found = Words(
        request=Request(user_id="a"), item_id="7", title="Tent", score=0.0, rank=1,
        evidence=evidence, total=None, method="words", method_name="words", unit="cosine",
        text=pd.DataFrame(), cut=False, sentence="Near.",
    )  # fmt: skip
    told = answered(found, "zh")
    assert "“umbrella”接近此刻的情境（天气：下雨）中的“rain”" in told
    assert "“tent”接近“Camp bed”中的“camp”" in told
    assert "hat" not in told  # each word once
    assert "没有一个词" in answered(replace(found, evidence=()), "zh")


def test_an_audit_is_told_in_chinese_with_the_same_numbers(engine: Engine) -> None:
    found = engine.audit(people=30)
    told = audited.headline(found, "Unified", "zh")
    assert audited.headline(found, "Unified", "en") == found.sentence
    assert not english_words(told)
    assert set(re.findall(r"\d+%", found.sentence)) == set(re.findall(r"\d+%", told))
    assert f"{found.people} 人" in told
    features = found.features.assign(people=40)
    for tell, table in (
        (audited.strongest_fact, features),
        (audited.strongest_fact, features.head(0)),
        (audited.driving_category, found.categories),
        (audited.driving_choice, found.events),
    ):
        english, chinese = tell(table, "en"), tell(table, "zh")
        assert chinese.endswith("。")
        assert set(re.findall(r"\d+", english)) == set(re.findall(r"\d+", chinese))
    for row in found.odd.to_dict("records"):
        english, chinese = (
            " ".join(audited.oddity(pd.Series(row), found.people, code)) for code in ("en", "zh")
        )
        assert set(re.findall(r"\d+\.\d%", english)) == set(re.findall(r"\d+\.\d%", chinese))
        assert not english_words(chinese)
    with pytest.raises(UnknownNameError):
        audited.headline(found, "Unified", "tlh")


@pytest.mark.parametrize("stands_out", [True, False])
def test_the_same_group_stands_out_in_both_languages(stands_out: bool) -> None:
    row = {"slice": "Age", "value": "25-34", "people": 40, "share": 0.3, "low": 0.2, "high": 0.4}
    groups = pd.DataFrame([row | {"stands_out": stands_out}])
    english, chinese = (audited.standing_out(groups, code) for code in ("en", "zh"))
    assert ("Age: 25-34" in english) == ("年龄：25-34" in chinese) == stands_out
    assert set(re.findall(r"\d+", english)) == set(re.findall(r"\d+", chinese))


def test_a_score_that_is_no_sum_is_told_as_such(engine: Engine) -> None:
    found = replace(engine.audit(people=5), splits=False)
    assert "Unified 的得分不是各项理由之和" in audited.headline(found, "Unified", "zh")
