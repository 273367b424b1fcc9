from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.engine import Engine
from recengine.engine.lists import PARTS
from recengine.engine.state import State
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.popularity import Popularity
from recengine.models.unified import Unified
from recengine.types import Request


def test_the_list_is_ordered_and_holds_nothing_seen(engine: Engine, request_now: Request) -> None:
    found = engine.recommend(request_now)
    assert len(found.items) == 5
    assert found.items["rank"].tolist() == [1, 2, 3, 4, 5]
    assert found.items["score"].is_monotonic_decreasing
    seen = set(engine.history(request_now.user_id)["item_id"])
    assert not seen & set(found.items["item_id"])


@pytest.mark.parametrize("ranker", ["unified", "recency-ease", "text-cosine", "popularity"])
def test_parts_add_up_to_the_score_for_every_ranker(
    engine: Engine, request_now: Request, ranker: str
) -> None:
    asked = Request(**{**vars(request_now), "ranker": ranker})
    items = engine.recommend(asked).items
    total = items[[f"part_{name}" for name in PARTS]].sum(axis=1)
    np.testing.assert_allclose(total, items["score"], atol=1e-4)


def test_the_sentence_names_the_moment(engine: Engine, request_now: Request) -> None:
    sentence = engine.recommend(request_now).sentence
    assert request_now.context["weekday"] in sentence
    assert request_now.context["weather"] in sentence


def test_without_a_moment_the_sentence_names_none(engine: Engine, longest: str) -> None:
    sentence = engine.recommend(Request(user_id=longest)).sentence
    assert sentence.startswith("This person gets")


def test_comparing_a_request_with_itself_changes_nothing(
    engine: Engine, request_now: Request
) -> None:
    change = engine.compare_lists(request_now, request_now)
    assert change.kept == 5
    assert (change.changes["places"] == 0).all()
    assert change.sentence == "The two lists are the same."


def test_another_person_gets_another_list(engine: Engine, request_now: Request) -> None:
    other = Request(**{**vars(request_now), "user_id": engine.random_user(1)})
    change = engine.compare_lists(request_now, other)
    moved = change.changes
    assert change.kept < 5
    both = moved[(moved["rank_before"] > 0) & (moved["rank_after"] > 0)]
    assert (both["places"] == both["rank_before"] - both["rank_after"]).all()
    assert (moved.drop(both.index)["places"] == 0).all()


def test_unknown_names_are_refused_with_the_known_ones(engine: Engine, longest: str) -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown user 'nobody'"):
        engine.recommend(Request(user_id="nobody"))
    with pytest.raises(UnknownNameError, match=r"value of weather 'rayn'.*Did you mean rain"):
        engine.recommend(Request(user_id=longest, context={"weather": "rayn"}))
    with pytest.raises(UnknownNameError, match=r"context feature 'mood'"):
        engine.recommend(Request(user_id=longest, context={"mood": "happy"}))
    with pytest.raises(UnknownNameError, match=r"ranker 'best'"):
        engine.recommend(Request(user_id=longest, ranker="best"))
    with pytest.raises(ConfigError, match=r"k=0 must be 1 or more"):
        engine.recommend(Request(user_id=longest, k=0))


def test_a_ranker_that_is_not_trained_says_how_to_train_it(engine: Engine, longest: str) -> None:
    told = "'SASRec' is not trained on 'storefront:40x60:1' yet.*--ranker sasrec"
    with pytest.raises(ConfigError, match=told):
        engine.recommend(Request(user_id=longest, ranker="sasrec"))


def test_scores_that_are_all_equal_are_said_to_be(state: State, longest: str) -> None:
    indifferent = Popularity(torch.zeros(1 + state.dataset.num_items))
    engine = Engine(State(state.dataset, state.workspace, {"popularity": indifferent}, {}))
    sentence = engine.recommend(Request(user_id=longest)).sentence
    assert sentence == "All items score the same here, so the order of this list means nothing."


def test_a_list_longer_than_the_catalogue_is_the_whole_catalogue(
    engine: Engine, longest: str
) -> None:
    seen = engine.history(longest)["item_id"].nunique()
    found = engine.recommend(Request(user_id=longest, k=10_000))
    assert len(found.items) == found.candidates == engine.dataset.num_items - seen


def test_values_that_a_ranker_never_met_are_told(
    engine: Engine, unified: Unified, longest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rain = Request(user_id=longest, context={"weather": "rain"})
    assert "never met" not in engine.recommend(rain).sentence
    monkeypatch.setattr(unified, "unseen", {"weather": ("rain",)})
    said = engine.recommend(rain).sentence
    assert said.endswith(
        "Unified Transformer has never met Weather: rain, which counts as unknown until it is "
        "trained again."
    )
    assert "never met" not in engine.recommend(replace(rain, context={})).sentence
