from dataclasses import replace

import implicit.utils
import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_limits

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.als import ALS, ALSConfig
from recengine.models.base import FitData
from recengine.models.bpr import BPR, BPRConfig
from recengine.models.factorisation import Factorisation
from recengine.models.interactions import choice_counts

SMALL = {
    ALS: ALSConfig(factors=4, regularisation=0.5, alpha=2.0),
    BPR: BPRConfig(factors=4, iterations=50),
}


@pytest.fixture(params=[ALS, BPR], ids=["als", "bpr"])
def model(request: pytest.FixtureRequest, cycle_data: FitData) -> Factorisation:
    return request.param.fit(cycle_data, SMALL[request.param])


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.validation.take(np.arange(8))  # just what was learnt from
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


def test_known_people_are_scored_by_their_trained_factors(
    model: Factorisation, histories: Histories
) -> None:
    own = model.users[histories.users] @ model.items.T
    torch.testing.assert_close(model.score(histories)[:, 1:], own[:, 1:])
    emptied = replace(
        histories, items=torch.zeros_like(histories.items), lengths=histories.lengths * 0
    )
    assert torch.equal(model.score(emptied), model.score(histories))


def test_made_up_people_are_folded_in_from_their_history(
    model: Factorisation, histories: Histories
) -> None:
    unknown = replace(histories, users=torch.full_like(histories.users, -1))
    folded = model.fold_in(histories) @ model.items.T
    torch.testing.assert_close(model.score(unknown)[:, 1:], folded[:, 1:])
    assert not torch.equal(model.score(unknown), model.score(histories))


def test_people_without_training_events_are_folded_in(
    model: Factorisation, histories: Histories
) -> None:
    stranger = replace(histories, users=torch.full_like(histories.users, 60))
    made_up = replace(histories, users=torch.full_like(histories.users, -1))
    assert torch.equal(model.score(stranger), model.score(made_up))


def test_items_without_training_events_have_no_factors(model: Factorisation) -> None:
    assert (model.items[6] == 0).all()
    assert model.items[1:6].any(dim=1).all()


def test_als_folding_in_solves_the_weighted_least_squares_of_the_paper(
    cycle_data: FitData, histories: Histories
) -> None:
    model = ALS.fit(cycle_data, SMALL[ALS])
    counts = choice_counts(cycle_data).toarray()[int(histories.users[3])]
    items = model.items.numpy().astype(np.float64)
    confidence = np.diag(1 + 2.0 * counts)
    left = items.T @ confidence @ items + 0.5 * np.eye(4)
    solved = np.linalg.solve(left, items.T @ confidence @ (counts > 0))
    np.testing.assert_allclose(model.fold_in(histories)[3].numpy(), solved, rtol=1e-3, atol=1e-4)


def test_a_folded_in_vector_is_the_sum_of_what_its_events_add(
    model: Factorisation, histories: Histories
) -> None:
    for row in range(len(histories)):
        one = histories.rows(torch.tensor([row]))
        nobody = replace(one, items=torch.zeros_like(one.items), lengths=one.lengths * 0)
        added = model.fold_in(one)[0] - model.fold_in(nobody)[0]
        parts = model.fold_in_parts(one)
        torch.testing.assert_close(parts.sum(dim=0), added, rtol=1e-4, atol=1e-5)
        assert (parts[int(one.lengths[0]) :] == 0).all()


def test_als_gives_what_was_chosen_more_than_what_was_not(
    cycle_data: FitData, histories: Histories
) -> None:
    scores = ALS.fit(cycle_data, SMALL[ALS]).score(histories)
    for row in range(len(histories)):
        chosen = histories.items[row, : histories.lengths[row]].unique()
        assert scores[row, chosen].min() > scores[row, 6]


def test_bpr_folds_in_the_mean_of_the_items_and_keeps_their_bias(
    cycle_data: FitData, cycle_reader: HistoryReader
) -> None:
    model = BPR.fit(cycle_data, SMALL[BPR])
    zero = np.array([0])
    three = cycle_reader.read(zero, zero, zero + 3, max_length=5)
    mean = model.items[three.items[0]].mean(dim=0)
    folded = model.fold_in(three)[0]
    torch.testing.assert_close(folded[:-1], mean[:-1])
    assert folded[-1] == 1
    empty = model.fold_in(cycle_reader.read(zero, zero, zero, max_length=5))
    assert torch.equal(empty, torch.tensor([[0.0, 0.0, 0.0, 0.0, 1.0]]))


def test_several_threads_of_the_matrix_library_bring_no_warning(
    cycle_data: FitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(implicit.utils, "_checked_blas_config", False)  # it warns only once
    with threadpool_limits(2, "blas"):
        ALS.fit(cycle_data, SMALL[ALS])
    assert implicit.utils._checked_blas_config


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (lambda: ALSConfig(alpha=0.0), r"alpha=0.0 must be above 0"),
        (lambda: BPRConfig(factors=0), r"factors=0 must be at least 1"),
        (lambda: BPRConfig(regularisation=-1.0), r"regularisation=-1.0 must be 0 or above"),
    ],
)
def test_impossible_settings_are_refused(config, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        config()
