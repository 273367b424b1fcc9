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
    by_weather = causes.figures(question, names_first(question, shop, "weather"), EXACT)
    by_device = causes.figures(question, names_first(question, shop, "device"), EXACT)
    assert (by_weather["true-moment"], by_device["true-moment"]) == (1, 0)
    assert by_weather["chance-moment"] == by_device["chance-moment"] == pytest.approx(1 / 3)
    assert by_weather["fixed-moment"] == by_device["fixed-moment"]


def test_always_naming_one_feature_is_right_where_that_one_matters(
    question: Question, shop: Dataset
) -> None:
    """Of all that is known the one with the largest effects is named, whatever the item is."""
    found = names_first(question, shop, "device")
    right = []
    for feature in range(len(shop.context_features)):
        causes = TrueCauses(shop)
        causes._strengths = np.eye(len(shop.context_features))[feature]
        right.append(causes.figures(question, found, EXACT)["fixed-moment"])
    names = [each.name for each in shop.context_features]
    assert right[names.index("weather")] == 1
    assert right[names.index("device")] == 0


def test_who_does_not_weigh_the_moment_is_not_judged_by_it(
    question: Question, shop: Dataset
) -> None:
    found = names_first(question, shop, "weather")
    heedless = replace(found, context=torch.zeros_like(found.context))
    for figures in (
        TrueCauses(shop).figures(question, found, ROLLOUT),
        TrueCauses(shop).figures(question, heedless, EXACT),
    ):
        assert np.isnan([figures[f"{kind}-moment"] for kind in ("true", "chance", "fixed")]).all()


def test_a_moment_that_does_not_matter_is_not_asked_for(question: Question, shop: Dataset) -> None:
    unknown = torch.zeros_like(question.history.request)
    plain = replace(question, history=replace(question.history, request=unknown))
    found = names_first(question, shop, "weather")
    assert np.isnan(TrueCauses(shop).figures(plain, found, EXACT)["true-moment"])


def test_an_event_of_the_same_category_tells_of_the_interest(
    question: Question, shop: Dataset
) -> None:
    items = question.history.items[0, : question.num_events].tolist()
    shelves = [set(shop.items["categories"].iloc[item - 1]) for item in items]
    shared = [bool(names & shelves[0]) for names in shelves]
    asked = replace(question, item=items[0])
    causes = TrueCauses(shop)
    for same in (True, False):
        found = names_first(asked, shop, "weather", shared.index(same))
        figures = causes.figures(asked, found, EXACT)
        assert figures["true-interest"] == same
        assert figures["chance-interest"] == pytest.approx(np.mean(shared))
