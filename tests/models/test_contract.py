"""What every ranker promises, whatever it is."""

import numpy as np
import pytest
import torch

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.models import MODELS
from recengine.models.base import EventAdditive, FitData, InterestModel, Ranker

ALL = list(MODELS.values())


@pytest.fixture(params=ALL, ids=[model.name for model in ALL])
def ranker(request: pytest.FixtureRequest, cycle_data: FitData) -> Ranker:
    torch.manual_seed(0)
    made = request.param.fit(cycle_data)
    made.build_on({name: MODELS[name].fit(cycle_data) for name in made.builds_on})
    return made.eval() if isinstance(made, torch.nn.Module) else made


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(7))
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


def test_the_list_of_models_agrees_with_their_names() -> None:
    assert all(name == model.name and model.label for name, model in MODELS.items())


@torch.inference_mode()
def test_every_item_gets_a_finite_score_and_padding_none(
    ranker: Ranker, histories: Histories
) -> None:
    scores = ranker.score(histories)
    assert scores.shape == (7, 7)
    assert torch.isfinite(scores[:, 1:]).all()
    assert (scores[:, 0] == -torch.inf).all()


@torch.inference_mode()
def test_padding_does_not_change_scores(
    ranker: Ranker, cycle_reader: HistoryReader, cycle_split: Split, histories: Histories
) -> None:
    together = ranker.score(histories)
    for row in range(3):
        asked = cycle_split.test.take(np.array([row]))
        alone = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)
        torch.testing.assert_close(
            ranker.score(alone)[0, 1:], together[row, 1:], atol=1e-5, rtol=1e-4
        )


@torch.inference_mode()
def test_an_empty_history_can_be_ranked(ranker: Ranker, cycle_reader: HistoryReader) -> None:
    zero = np.array([0])
    scores = ranker.score(cycle_reader.read(zero, zero, zero, max_length=5))
    assert torch.isfinite(scores[:, 1:]).all()


@torch.inference_mode()
def test_the_same_seed_gives_the_same_scores(
    ranker: Ranker, cycle_data: FitData, histories: Histories
) -> None:
    torch.manual_seed(0)
    again = type(ranker).fit(cycle_data)
    again.build_on({name: MODELS[name].fit(cycle_data) for name in again.builds_on})
    if isinstance(again, torch.nn.Module):
        again.eval()
    assert torch.equal(again.score(histories), ranker.score(histories))


@torch.inference_mode()
def test_event_parts_sum_to_the_score(ranker: Ranker, histories: Histories) -> None:
    if not isinstance(ranker, EventAdditive):
        pytest.skip(f"{ranker.name} does not promise to be a sum over events")
    one = histories.rows(torch.tensor([2]))
    total = ranker.event_parts(one).sum(dim=0)
    torch.testing.assert_close(total[1:], ranker.score(one)[0, 1:], atol=1e-5, rtol=1e-4)


@pytest.fixture
def interest_model(ranker: Ranker) -> InterestModel:
    if not isinstance(ranker, InterestModel):
        pytest.skip(f"{ranker.name} does not promise interest vectors")
    return ranker


def test_the_sequential_rankers_follow_interests() -> None:
    following = {name for name, model in MODELS.items() if issubclass(model, InterestModel)}
    assert following >= {"unified", "sasrec", "gru", "svae", "bert4rec"}


@torch.inference_mode()
def test_an_interest_knows_nothing_of_later_events(
    interest_model: InterestModel, cycle_reader: HistoryReader
) -> None:
    span = cycle_reader.log.span(0)
    user, start = np.array([0]), np.array([span.start])
    whole = cycle_reader.read(user, start, np.array([span.stop]), max_length=20)
    interests = interest_model.interests(whole)[0]
    assert interests.shape == (span.stop - span.start, interest_model.item_vectors().shape[1])
    for events in range(1, len(interests) + 1):
        beginning = cycle_reader.read(user, start, start + events, max_length=20)
        alone = interest_model.interests(beginning)[0, -1]
        torch.testing.assert_close(interests[events - 1], alone, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_the_last_interest_is_the_one_that_ranks(
    interest_model: InterestModel, histories: Histories
) -> None:
    last = histories.last(interest_model.interests(histories))
    scores = interest_model.score_with(last, histories)
    torch.testing.assert_close(
        scores[:, 1:], interest_model.score(histories)[:, 1:], atol=1e-5, rtol=1e-4
    )


@torch.inference_mode()
def test_another_interest_changes_scores_by_its_match_with_the_items(
    interest_model: InterestModel, histories: Histories
) -> None:
    one = histories.rows(torch.tensor([0]))
    items = interest_model.item_vectors()
    wish = items[3][None]
    scores = interest_model.score_with(wish, one)[0, 1:]
    expected = (items @ wish[0] + interest_model.item_bias())[1:]
    torch.testing.assert_close(scores, expected, atol=1e-5, rtol=1e-4)
