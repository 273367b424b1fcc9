"""The simulated shop as judge: an oracle reaches everything, the ignorant nothing."""

from typing import ClassVar

import numpy as np
import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import Histories
from recengine.data.splits import Split
from recengine.data.storefront import StorefrontConfig, StorefrontTruth, storefront_truth
from recengine.data.storefront.catalogue import category_shares_of_kinds
from recengine.data.storefront.effects import CONTEXT_EFFECTS, CONTEXT_FEATURES, effect_matrix
from recengine.evaluation.known_truth import MomentGains, expected_ndcg, moment_gains
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import FitData, Ranker


@pytest.fixture(scope="module")
def truth() -> StorefrontTruth:
    return storefront_truth(StorefrontConfig(num_users=60, num_items=60, seed=1))


@pytest.fixture(scope="module")
def split(truth: StorefrontTruth) -> Split:
    return protocol_split(truth.dataset)


class Listening(Ranker):
    """Appeal, plus what moments truly do, as strongly as it is told."""

    name: ClassVar[str] = "listening"
    label: ClassVar[str] = "Listening"

    def __init__(self, truth: StorefrontTruth, strength: float) -> None:
        catalogue = truth.preferences.catalogue
        self.appeal = torch.from_numpy(catalogue.appeal)
        shares = category_shares_of_kinds()[catalogue.kinds]
        self.effects = [
            torch.from_numpy(effect_matrix(CONTEXT_EFFECTS, feature) @ shares.T) * strength
            for feature in CONTEXT_FEATURES
        ]

    @classmethod
    def fit(cls, data: FitData) -> "Listening":
        raise NotImplementedError

    def score(self, histories: Histories) -> Float[Tensor, "batch vocab"]:
        moved = sum(table[histories.request[:, f]] for f, table in enumerate(self.effects))
        return torch.nn.functional.pad(self.appeal + moved, (1, 0)).float()


def ask(truth: StorefrontTruth, split: Split, strength: float) -> MomentGains:
    return moment_gains(Listening(truth, strength), split, truth, people=30, moments=3)


def test_who_knows_the_truth_about_moments_reaches_what_can_be_reached(
    truth: StorefrontTruth, split: Split
) -> None:
    gains = ask(truth, split, 1.0)
    summary = gains.summary().set_index("name")["mean"]
    assert summary["correlation"] == pytest.approx(1.0, abs=1e-4)
    assert summary["gain"] > 0
    assert summary["share of achievable"] <= 1 + 1e-6
    assert (gains.oracle_known >= gains.known - 1e-9).all()
    assert gains.oracle_known.mean() > gains.oracle_unknown.mean()
    assert gains.as_it_came.sum() == 30
    assert len(gains.drawn().people) == 60
    assert summary["gain as it came"] == pytest.approx(
        (gains.natural().known - gains.natural().unknown).mean()
    )


def test_who_does_not_listen_gains_nothing(truth: StorefrontTruth, split: Split) -> None:
    gains = ask(truth, split, 0.0)
    assert np.array_equal(gains.known, gains.unknown)
    assert np.isnan(gains.correlation).all()


def test_a_wrong_moment_helps_less_than_the_true_one(truth: StorefrontTruth, split: Split) -> None:
    gains = ask(truth, split, 1.0)
    assert gains.shuffled.mean() < gains.known.mean()


def test_who_listens_the_wrong_way_round_is_found_out(truth: StorefrontTruth, split: Split) -> None:
    gains = ask(truth, split, -1.0)
    assert np.nanmean(gains.correlation) == pytest.approx(-1.0, abs=1e-4)
    assert (gains.known - gains.unknown).mean() < 0


def test_expected_quality_weighs_places_by_true_probabilities() -> None:
    scores = np.array([1.0, 3.0, 2.0, 9.0])
    probability = np.array([0.1, 0.2, 0.7, 0.0])
    competes = np.array([True, True, True, False])
    by_hand = 0.2 / np.log2(2) + 0.7 / np.log2(3) + 0.1 / np.log2(4)
    assert expected_ndcg(scores, probability, competes) == pytest.approx(by_hand)
