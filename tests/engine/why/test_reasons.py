from dataclasses import replace

import numpy as np
import pytest

from recengine.engine import Engine
from recengine.errors import ConfigError, UnknownNameError
from recengine.types import NOT_NOW, Request


@pytest.fixture
def best(engine: Engine, request_now: Request) -> str:
    return engine.recommend(request_now).items["item_id"].iat[0]


@pytest.mark.parametrize("ranker", ["unified", "recency-ease", "text-cosine", "popularity"])
def test_evidence_adds_up_to_the_score_of_the_list(
    engine: Engine, request_now: Request, ranker: str
) -> None:
    asked = Request(**{**vars(request_now), "ranker": ranker})
    for row in engine.recommend(asked).items.itertuples():
        found = engine.explain(asked, row.item_id)
        assert found.adds_up
        assert found.rank == row.rank
        assert found.score == pytest.approx(row.score, abs=1e-6)
        assert sum(each.weight for each in found.evidence) == pytest.approx(found.score, abs=1e-4)


def test_every_event_and_known_feature_is_evidence(
    engine: Engine, request_now: Request, best: str
) -> None:
    evidence = engine.explain(request_now, best).evidence
    steps = sorted(each.step for each in evidence if each.kind == "event")
    assert steps == list(range(1, len(engine.history(request_now.user_id)) + 1))
    context = [each.label for each in evidence if each.kind == "context"]
    assert len(context) == len(request_now.context)
    assert abs(evidence[0].weight) == max(abs(each.weight) for each in evidence)


def test_an_item_already_seen_has_no_rank(engine: Engine, request_now: Request) -> None:
    seen = engine.history(request_now.user_id)["item_id"].iat[0]
    found = engine.explain(request_now, seen)
    assert found.rank is None
    start = f"{found.title} was already seen, so it has no place in the list"
    assert found.sentence.startswith(f"{start}; it scores as it does mainly because ")
    told = engine.telling.explanation(found).text
    assert f"“{found.title}” was chosen before, so it does not compete" in told
    assert "以前已被选择过" in engine.telling.explanation(found, "zh").text


def test_an_item_kept_out_of_the_list_is_not_called_seen(
    engine: Engine, request_now: Request, best: str
) -> None:
    refused = replace(request_now, feedback=((best, NOT_NOW),))
    found = engine.explain(refused, best)
    assert found.rank is None
    assert found.sentence.startswith(f"{found.title} is kept out of the list, so it has no place")
    assert "is kept out of the list and does not compete" in engine.telling.explanation(found).text
    assert "目前不列入推荐" in engine.telling.explanation(found, "zh").text
    for text in (engine.why.why_not(refused, best).sentence, found.sentence):
        assert "seen" not in text


def test_an_unknown_item_is_refused(engine: Engine, request_now: Request) -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown item 'nothing'"):
        engine.explain(request_now, "nothing")


def test_a_what_if_agrees_with_asking_again(
    engine: Engine, request_now: Request, best: str
) -> None:
    found = engine.what_if(request_now, best)
    assert found.rank == 1
    unknown = found.changes.set_index("label").loc["Weather not known"]
    without = {n: v for n, v in request_now.context.items() if n != "weather"}
    again = engine.explain(request_now.with_context(without), best)
    assert unknown["new_rank"] == again.rank
    assert unknown["new_score"] == pytest.approx(again.score, abs=1e-4)
    assert unknown["places"] == again.rank - 1


def test_leaving_out_an_event_rescores_the_shorter_history(
    engine: Engine, request_now: Request, best: str
) -> None:
    events = engine.what_if(request_now, best).changes.query("kind == 'event'")
    assert len(events) == 12
    assert events["step"].is_unique
    assert events["new_score"].nunique() > 1


def test_attention_sums_to_one_per_layer_and_head(engine: Engine, request_now: Request) -> None:
    view = engine.attention(request_now)
    sums = view.weights.groupby(["layer", "head"])["weight"].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-5)
    assert len(view.tokens) == len(engine.history(request_now.user_id))


def test_without_a_trained_ranker_lists_and_reasons_still_work(
    plain_engine: Engine, longest: str
) -> None:
    request = Request(user_id=longest)
    assert plain_engine.default_ranker == "recency-ease"
    first = plain_engine.recommend(request).items["item_id"].iat[0]
    assert plain_engine.explain(request, first).rank == 1
    assert plain_engine.person(longest).interests
    assert not plain_engine.dynamic()
    for ask in (plain_engine.item_map, plain_engine.timeline, plain_engine.attention):
        with pytest.raises(ConfigError, match=r"Train it first: recengine train storefront"):
            ask(request)
