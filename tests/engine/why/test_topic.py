from dataclasses import replace

import numpy as np
import pytest

from recengine.engine import Engine
from recengine.engine.state import State
from recengine.engine.why import methods
from recengine.engine.why.results import NOT_BETTER, NOT_MEASURED, TRUSTED, Trust
from recengine.errors import ConfigError, UnknownNameError
from recengine.models import MODELS
from recengine.models.base import FitData
from recengine.models.din import DIN
from recengine.models.gru import GRU
from recengine.models.recency_ease import RecencyEase
from recengine.models.svae import SequentialVAE
from recengine.types import Request


@pytest.fixture(scope="module")
def listed(engine: Engine, longest: str) -> tuple[Request, list[str]]:
    request = Request(user_id=longest, context=engine.latest_context(longest), k=5)
    everything = Request(**{**vars(request), "k": 500})
    return request, engine.recommend(everything).items["item_id"].tolist()


def test_methods_say_what_they_weigh_and_that_nobody_tested_them(engine: Engine) -> None:
    applying = engine.why.methods("unified")
    assert {method.name for method in applying} == {
        "exact", "integrated-gradients", "occlusion", "gradient-attention", "rollout", "attention",
    }  # fmt: skip
    assert applying[0].name == "exact"
    assert {method.trust.verdict for method in applying} == {NOT_MEASURED}
    assert [each.name for each in engine.why.methods("popularity")] == ["exact"]


def test_a_slow_method_that_passed_is_the_usual_one_where_no_quick_one_did(
    engine: Engine, monkeypatch
) -> None:
    def usual(*passed: str) -> str:
        monkeypatch.setattr(
            methods, "trust_of",
            lambda _, __, method: Trust(TRUSTED if method.name in passed else NOT_BETTER, "Told."),
        )  # fmt: skip
        return engine.why.methods("unified")[0].name

    assert usual("occlusion") == "occlusion"
    assert usual("occlusion", "gradient-attention") == "gradient-attention"
    assert usual() == "exact"
    quick = methods.chosen_method(engine._state, "unified", "")
    assert not quick.slow


def test_the_exact_method_agrees_with_explain(engine: Engine, listed) -> None:
    request, items = listed
    old, new = engine.explain(request, items[0]), engine.why.explain(request, items[0], "exact")
    assert old.evidence == new.evidence
    assert (old.score, old.rank, old.sentence) == (new.score, new.rank, new.sentence)


def test_each_method_gives_evidence_for_every_event(engine: Engine, listed) -> None:
    request, items = listed
    steps = list(range(1, len(engine.history(request.user_id)) + 1))
    for method in engine.why.methods("unified"):
        found = engine.why.explain(request, items[0], method.name)
        assert sorted(each.step for each in found.evidence if each.kind == "event") == steps
        assert {each.kind for each in found.evidence} >= set(method.kinds)
        assert (found.method, found.unit, found.trust) == (method.label, method.unit, method.trust)
        if method.adds_up:
            total = sum(each.weight for each in found.evidence)
            assert total == pytest.approx(found.score, abs=1e-4)
        if not method.signed:
            assert min(each.weight for each in found.evidence) >= 0


def test_attention_is_told_as_looking_not_as_a_reason(engine: Engine, listed) -> None:
    request, items = listed
    found = engine.why.explain(request, items[0], "attention")
    assert "looked most at" in found.sentence
    assert "because" not in found.sentence


def test_wrong_names_and_methods_that_do_not_fit_are_refused(engine: Engine, listed) -> None:
    request, items = listed
    plain = Request(user_id=request.user_id, ranker="recency-ease")
    with pytest.raises(UnknownNameError, match=r"Unknown method of explanation 'x'\. Known: exact"):
        engine.why.explain(request, items[0], "x")
    with pytest.raises(ConfigError, match=r"'rollout' does not apply to the ranker 'recency-ease'"):
        engine.why.explain(plain, items[0], "rollout")
    with pytest.raises(ConfigError, match=r"does not read by attention.*'unified'"):
        engine.why.inside(plain)
    with pytest.raises(UnknownNameError, match=r"Unknown item 'nothing'"):
        engine.why.explain(request, "nothing")


def test_differences_sum_to_the_difference_of_the_scores(engine: Engine, listed) -> None:
    request, items = listed
    for method in ("exact", "integrated-gradients"):
        found = engine.why.why_above(request, items[0], items[3], method)
        assert found.difference > 0
        assert found.table["weight"].sum() == pytest.approx(found.difference, abs=1e-4)
        assert found.table["weight"].abs().is_monotonic_decreasing
        both = found.table["weight_a"] - found.table["weight_b"]
        assert both.to_numpy() == pytest.approx(found.table["weight"].to_numpy())
    other = engine.why.why_above(request, items[3], items[0])
    assert other.sentence.startswith(found.title)  # the upper one comes first in words
    with pytest.raises(ConfigError, match="Choose two that differ"):
        engine.why.why_above(request, items[0], items[0])


def test_why_not_measures_the_gap_to_the_last_of_the_list(engine: Engine, listed) -> None:
    request, items = listed
    found = engine.why.why_not(request, items[20])
    assert (found.rank, found.in_list) == (21, False)
    scores = [engine.explain(request, items[place]).score for place in (4, 20)]
    assert found.gap == pytest.approx(scores[0] - scores[1], abs=1e-4)
    assert found.last.item_b == items[4]
    assert found.evidence == found.last.evidence
    assert found.grounds
    assert all(one.weight < 0 for one in found.grounds)
    assert engine.why.why_not(request, items[2]).in_list
    assert engine.why.why_not(request, items[4]).last is None
    seen = engine.history(request.user_id)["item_id"].iat[0]
    assert "already seen" in engine.why.why_not(request, seen).sentence


def test_a_change_that_pushes_an_item_out_does_so_when_asked_again(engine: Engine, listed) -> None:
    request, items = listed
    found = engine.why.counterfactual(request, items[4])
    assert found.found
    assert found.rank_before == 5
    assert found.rank_after > 5
    assert found.table["rank_after"].iat[-1] == found.rank_after
    if (found.table["kind"] == "context").all():
        moved = dict(request.context) | dict(found.table[["feature", "value"]].to_numpy())
        again = engine.explain(request.with_context(moved), items[4])
        assert again.rank == found.rank_after
    with pytest.raises(ConfigError, match="need not be taken out"):
        engine.why.counterfactual(request, items[12])


def test_a_change_that_brings_an_item_in_names_items_not_seen(engine: Engine, listed) -> None:
    request, items = listed
    found = engine.why.bring_in(request, items[6])
    assert found.rank_before == 7
    added = {one.item_id for one in found.evidence if one.kind == "addition"}
    assert not added & {items[6], *engine.history(request.user_id)["item_id"]}
    assert found.rank_after <= 5 if found.found else "best found" in found.sentence
    assert engine.why.change(request, items[6]).rank_after == found.rank_after
    with pytest.raises(ConfigError, match="already among"):
        engine.why.bring_in(request, items[0])
    seen = engine.history(request.user_id)["item_id"].iat[0]
    with pytest.raises(ConfigError, match="already in this person's history"):
        engine.why.bring_in(request, seen)


def test_the_nearest_liked_items_are_near_and_liked(engine: Engine, listed) -> None:
    request, items = listed
    table = engine.why.nearest_liked(request, items[0]).table
    history = engine.history(request.user_id)
    assert table["weight"].is_monotonic_decreasing
    assert (table["value"] >= history["value"].mean() - 1e-6).all()
    assert table["nearer_than"].between(0, 1).all()
    plain = Request(user_id=request.user_id, ranker="recency-ease")
    assert engine.why.nearest_liked(plain, items[0]).space == "item texts"


def test_similar_people_are_counted_and_nobody_is_named(engine: Engine, listed) -> None:
    request, items = listed
    found = engine.why.similar_choices(request, items[0])
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.chose <= found.people < engine.dataset.num_users
    assert (found.table["people"] >= 5).all()
    told = found.sentence + found.table.to_string()
    assert not any(user in told for user in engine.dataset.user_ids)


def test_the_inside_of_a_ranker_has_the_shapes_it_says(engine: Engine, listed) -> None:
    request, _ = listed
    inside = engine.why.inside(request)
    layers, heads, readers, read = inside.attention.shape
    assert readers == read == len(inside.tokens) == len(engine.history(request.user_id))
    assert inside.states.shape[:2] == (layers + 1, readers)
    assert inside.asked == readers - 1
    np.testing.assert_allclose(inside.attention.sum(axis=-1), 1, atol=1e-5)
    assert heads > 1
    assert inside.rollout.shape == (layers, readers, read)
    np.testing.assert_allclose(inside.rollout.sum(axis=-1), 1, atol=1e-5)
    own = (inside.attention[0].mean(axis=0) + np.eye(read)) / 2
    np.testing.assert_allclose(inside.rollout[0], own, atol=1e-6)


def test_an_item_attends_to_events_the_moment_and_the_person(engine: Engine, listed) -> None:
    request, items = listed
    inside = engine.why.inside(request, items[1])
    assert inside.item_id == items[1]
    assert engine.why.inside(request).item_id == items[0]
    table, weights = inside.item_tokens, inside.item_attention
    assert weights.shape[1] == len(table)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)
    counts = table["kind"].value_counts()
    assert counts["event"] == len(engine.history(request.user_id))
    assert counts["context"] == len(engine.dataset.context_features)
    assert counts["profile"] == len(engine.dataset.profile_features)
    unknown = engine.why.inside(Request(user_id=request.user_id), items[1])
    moment = unknown.item_tokens["kind"] == "context"
    assert not unknown.item_attention[:, moment].any()
    assert inside.item_attention[:, moment].any()


@pytest.mark.parametrize("model", [GRU, SequentialVAE, DIN])
def test_the_inside_of_rankers_without_layers_of_attention(
    engine: Engine, data: FitData, listed, model
) -> None:
    request, items = listed
    ranker = model.fit(data)
    ranker.build_on({RecencyEase.name: engine._state.ranker(RecencyEase.name)})
    ranker.freeze()
    own = Engine(replace(engine._state, rankers={ranker.name: ranker}))
    request = replace(request, ranker=ranker.name)
    inside = own.why.inside(request, items[0])
    count = len(inside.tokens)
    assert inside.attention.shape == (0, 0, count, count)
    assert inside.rollout.shape == (0, count, count)
    if model is DIN:
        assert inside.states.shape == (0, count, 0)
        assert inside.item_attention.shape == (1, count)
        assert inside.item_attention.std() > 0
        with pytest.raises(ConfigError, match="DIN weighs the events anew for each item"):
            own.attention(request)
        return
    assert inside.states.shape[:2] == (1, count)
    assert inside.item_attention.shape == (0, 0)
    answer = own._state.answer(request)
    np.testing.assert_allclose(
        inside.states[0], ranker.interests(answer.history)[0].numpy(), atol=1e-5
    )


def test_without_results_the_table_of_tests_is_empty_and_says_how_to_make_it(
    engine: Engine,
) -> None:
    found = engine.why.faithfulness()
    assert found.table.empty
    assert "--explanations" in found.made_with


@pytest.fixture
def newcomers(state: State) -> Engine:
    """The same engine about a shop in which one person has done nothing yet."""
    dataset = state.dataset
    others = dataset.interactions["user_id"] != dataset.user_ids[0]
    emptied = replace(dataset, interactions=dataset.interactions[others])
    return Engine(State(emptied, state.workspace, state.rankers, {}))


def test_somebody_without_events_gets_the_exact_parts_or_a_plain_message(
    newcomers: Engine,
) -> None:
    engine = newcomers
    asked = Request(user_id=str(engine.dataset.user_ids[0]), context={"weather": "rain"})
    item = engine.recommend(asked).items["item_id"].iat[0]
    found = engine.why.explain(asked, item)
    assert found.method_name == "exact"
    assert {each.kind for each in found.evidence} >= {"popularity", "context"}
    for ask in (
        lambda: engine.why.explain(asked, item, "integrated-gradients"),
        lambda: engine.why.inside(asked),
        lambda: engine.why.nearest_liked(asked, item),
        lambda: engine.why.similar_choices(asked, item),
    ):
        with pytest.raises(ConfigError, match="has no events yet"):
            ask()


@pytest.mark.parametrize("ask", ["what_if", "counterfactual", "bring_in"])
def test_a_ranker_that_takes_seconds_is_not_asked_for_many_changes(
    engine: Engine, listed: tuple[Request, list[str]], monkeypatch: pytest.MonkeyPatch, ask: str
) -> None:
    request, items = listed
    popular = replace(request, ranker="popularity")
    monkeypatch.setattr(MODELS["popularity"], "slow", True)
    question = engine.what_if if ask == "what_if" else getattr(engine.why, ask)
    with pytest.raises(ConfigError, match="reads the texts again for every change"):
        question(popular, items[0])
