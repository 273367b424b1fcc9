"""Catalogues as they should not be: in every script, in emoji alone, and of one item."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from recengine.data.dataset import Dataset
from recengine.engine import Engine
from recengine.engine.places import open_places
from recengine.engine.state import State
from recengine.models.base import FitData
from recengine.models.popularity import Popularity
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine
from recengine.models.unified import Unified, UnifiedConfig
from recengine.types import MORE, Request

TITLES = ("🍕🍕", "千と千尋の神隠し", "Ελλάδα & قهوة", "👩‍👩‍👧 семья", "<b>naïve</b> café", "  ")


@pytest.fixture(scope="module")
def odd(state: State) -> Engine:
    """The shop with titles of every script and texts that mix them."""
    items = state.dataset.items
    titles = [TITLES[row % len(TITLES)] + f" {row}" for row in range(len(items))]
    texts = [f"{title} — hello, 世界 🌍" for title in titles]
    dataset = replace(state.dataset, items=items.assign(title=titles, description=texts))
    return Engine(State(dataset, state.workspace, state.rankers, state.places))


def test_titles_of_every_script_come_through_every_answer(odd: Engine, longest: str) -> None:
    request = Request(user_id=longest, k=6)
    titles = set(odd.dataset.items["title"])
    found = odd.recommend(request)
    assert set(found.items["title"]) <= titles
    item = found.items["item_id"].iat[0]
    why = odd.explain(request, item)
    assert sum(each.weight for each in why.evidence) == pytest.approx(why.score, abs=1e-3)
    assert set(odd.item_map(request).items["title"]) == titles
    told = odd.recommend(replace(request, feedback=((item, MORE),)))
    assert titles & {t for t in titles if t in "".join(told.items["reason"])}


def test_emoji_and_other_scripts_can_be_searched(odd: Engine) -> None:
    for word in ("🍕", "千尋", "قهوة", "СЕМЬЯ"):
        found = odd.search_items(word, limit=100)
        assert len(found), word
        assert found["title"].str.casefold().str.contains(word.casefold(), regex=False).all()


@pytest.fixture(scope="module")
def single(state: State) -> Engine:
    """Two people, one item; the second person has not met it."""
    log = pd.DataFrame(
        {"user_id": "one", "item_id": "it", "timestamp": [1, 2, 3], "event": "view", "value": 1.0}
    )
    items = pd.DataFrame({"item_id": ["it"], "title": ["Only this"], "categories": [["thing"]]})
    people = pd.DataFrame({"user_id": ["one", "new"]})
    dataset = Dataset("single", "Single", log, items, people)
    data = FitData(dataset, dataset.log, np.array([False, True]), np.ones((1, 4), np.float32))
    torch.manual_seed(0)
    unified = Unified.fit(data, UnifiedConfig(embedding_dim=8, memory_key_dim=4, text_dim=2))
    unified.dynamic.fill_(True)
    unified.prior = RecencyEase.fit(data)
    unified.freeze()
    rankers = {model.name: model.fit(data) for model in (RecencyEase, TextCosine, Popularity)}
    places = {unified.name: open_places(unified, dataset, "single", state.workspace)}
    return Engine(State(dataset, state.workspace, {**rankers, unified.name: unified}, places))


@pytest.mark.parametrize("ranker", ["unified", "recency-ease", "text-cosine", "popularity"])
def test_a_catalogue_of_one_item_is_recommended_to_whom_it_is_new(
    single: Engine, ranker: str
) -> None:
    new = single.recommend(Request(user_id="new", ranker=ranker))
    assert new.items["item_id"].tolist() == ["it"]
    known = single.recommend(Request(user_id="one", ranker=ranker))
    assert known.items.empty
    assert "Nothing is left" in known.sentence
    why = single.explain(Request(user_id="new", ranker=ranker), "it")
    assert why.score == pytest.approx(0, abs=1e-6)  # it stands where the average item stands


def test_a_catalogue_of_one_item_has_a_map_and_a_timeline(single: Engine) -> None:
    found = single.item_map(Request(user_id="one")).items
    assert found["title"].tolist() == ["Only this"]
    assert np.isfinite(found[["x", "y", "static_x", "static_y"]].to_numpy()).all()
    assert len(single.timeline(Request(user_id="one")).shares) == 3
