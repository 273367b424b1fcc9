"""Causes of the simulated shop, which are written down."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.dataset import Dataset
from recengine.data.features import encode_request
from recengine.data.histories import HistoryReader
from recengine.data.storefront import StorefrontConfig, storefront_truth
from recengine.explanations import METHODS, Attribution, Question
from recengine.explanations.true_cause import TrueCauses
from tests.explanations.test_counterfactual import Sums

EXACT, ROLLOUT = METHODS["exact"], METHODS["rollout"]


@pytest.fixture(scope="module")
def shop() -> Dataset:
    return storefront_truth(StorefrontConfig(num_users=12, num_items=60)).dataset


@pytest.fixture
def question(shop: Dataset) -> Question:
    """Why rain gear, on a rainy Tuesday, seen on a phone?"""
    rain_gear = next(
        row + 1 for row, names in enumerate(shop.items["categories"]) if names == ["Rain gear"]
    )
    codes = encode_request(
        shop.context_features, {"weather": "rain", "weekday": "Tuesday", "device": "phone"}
    )
    span = shop.log.span(int(shop.log.lengths.argmax()))
    history = HistoryReader(shop.log, shop.profiles).read(
        np.array([0]),
        np.array([span.start]),
        np.array([span.stop]),
        max_length=20,
        request=codes[None],
    )
    return Question(Sums({}), history, rain_gear, torch.ones(61, dtype=torch.bool))


def names_first(question: Question, shop: Dataset, feature: str, event: int = 0) -> Attribution:
    context = torch.zeros(len(shop.context_features))
    context[[each.name for each in shop.context_features].index(feature)] = 1.0
    events = torch.zeros(question.history.items.shape[1])
    events[event] = 1.0
    return Attribution(events, context, torch.zeros(question.history.profile.shape[1]))


def test_only_the_simulated_shop_has_a_known_truth(shop: Dataset, cycle_dataset: Dataset) -> None:
    assert TrueCauses.known_for(shop)
    assert not TrueCauses.known_for(cycle_dataset)


def test_rain_truly_speaks_for_rain_gear(question: Question, shop: Dataset) -> None:
    causes = TrueCauses(shop)
    assert causes.moment(question, names_first(question, shop, "weather"), EXACT) == 1
    assert causes.moment(question, names_first(question, shop, "device"), EXACT) == 0


def test_who_does_not_weigh_the_moment_is_not_judged_by_it(
    question: Question, shop: Dataset
) -> None:
    found = names_first(question, shop, "weather")
    assert np.isnan(TrueCauses(shop).moment(question, found, ROLLOUT))
    heedless = replace(found, context=torch.zeros_like(found.context))
    assert np.isnan(TrueCauses(shop).moment(question, heedless, EXACT))


def test_a_moment_that_does_not_matter_is_not_asked_for(question: Question, shop: Dataset) -> None:
    unknown = torch.zeros_like(question.history.request)
    plain = replace(question, history=replace(question.history, request=unknown))
    found = names_first(question, shop, "weather")
    assert np.isnan(TrueCauses(shop).moment(plain, found, EXACT))


def test_an_event_of_the_same_category_tells_of_the_interest(
    question: Question, shop: Dataset
) -> None:
    items = question.history.items[0, : question.num_events].tolist()
    shelves = [set(shop.items["categories"].iloc[item - 1]) for item in items]
    alike, other = (
        next(place for place, names in enumerate(shelves) if bool(names & shelves[0]) is same)
        for same in (True, False)
    )
    asked = replace(question, item=items[0])
    causes = TrueCauses(shop)
    assert causes.interest(asked, names_first(asked, shop, "weather", alike)) == 1
    assert causes.interest(asked, names_first(asked, shop, "weather", other)) == 0
