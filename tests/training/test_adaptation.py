import math

import pytest
import torch
from torch import Tensor

from recengine.data.histories import Histories
from recengine.errors import ConfigError
from recengine.models.als import ALS
from recengine.models.base import FitData, Ranker
from recengine.models.popularity import Popularity
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine
from recengine.models.unified import Unified, UnifiedConfig
from recengine.training.adaptation import AdaptationConfig, adapt, learns, verdict_weights

VOCAB = 7  # six items of the cycle, and padding
LEARNING = (Unified, RecencyEase, TextCosine, ALS)


@pytest.fixture(scope="module", params=LEARNING, ids=lambda model: model.name)
def ranker(request: pytest.FixtureRequest, cycle_data: FitData) -> Ranker:
    torch.manual_seed(0)
    if request.param is not Unified:
        return request.param.fit(cycle_data)
    model = Unified.fit(cycle_data, UnifiedConfig(embedding_dim=8, text_dim=4, memory_key_dim=4))
    model.requires_grad_(False).eval()
    model.dynamic.fill_(True)
    torch.nn.init.normal_(model.memory_head.output.weight, std=0.3)
    torch.nn.init.normal_(model.bias, std=0.3)
    model.prior = RecencyEase.fit(cycle_data)
    model.beta.fill_(2.0)
    return model


@pytest.fixture
def history(cycle_reader) -> Histories:
    span = cycle_reader.log.span(3)
    one = torch.tensor([3]).numpy()
    return cycle_reader.read(one, one * 0 + span.start, one * 0 + span.start + 3, max_length=20)


@pytest.fixture
def asked(ranker: Ranker, history: Histories) -> tuple[Tensor, Tensor]:
    """Scores and candidates of one person."""
    scores = ranker.score(history)[0].nan_to_num(neginf=0.0)
    candidates = torch.ones(VOCAB, dtype=torch.bool)
    candidates[0] = False
    return scores, candidates


def test_one_verdict_is_worth_what_the_formula_says() -> None:
    scores = torch.tensor([0.0, 2.0, 0.0])
    candidates = torch.tensor([False, True, True])
    reach = torch.tensor([[0.0, 0.0, 1.0]])
    config = AdaptationConfig(steps=1, anchor=0.5, listed=1, bound=9.0)
    told = torch.tensor([2]), torch.tensor([1.0])
    weights = verdict_weights(scores, reach, *told, candidates, 1.0, config)
    # the list's best scores 2, the item 0, so its margin is -2; rate 1 / (0.5 + 0.25)
    expected = 1 / (1 + math.exp(-(1 + 2))) / 0.75
    assert weights.item() == pytest.approx(expected, abs=1e-5)


def test_many_steps_end_where_the_gradient_is_zero() -> None:
    scores = torch.tensor([0.0, 2.0, 0.0, 1.0])
    candidates = torch.tensor([False, True, True, True])
    reach = torch.tensor([[0.0, 0.2, 1.0, 0.4], [0.0, 0.1, 0.4, 1.0]])
    items, signs = torch.tensor([2, 3]), torch.tensor([1.0, -1.0])
    config = AdaptationConfig(steps=400, anchor=0.5, listed=1, bound=99.0)
    weights = verdict_weights(scores, reach, items, signs, candidates, 1.0, config)
    margins = scores[items] - 2 + weights @ reach[:, items]
    wanting = torch.sigmoid(1 - signs * margins)
    torch.testing.assert_close(signs * wanting, 0.5 * weights, atol=1e-4, rtol=0)


def test_more_lifts_and_less_lowers_the_item_itself(ranker, history, asked) -> None:
    scores, candidates = asked
    for sign in (1, -1):
        learnt = adapt(ranker, history, scores, candidates, [(4, sign)])
        own = learnt.parts[0, 4] - learnt.parts[0, candidates].mean()
        assert sign * float(own) > 0
        assert sign * float(learnt.weights[0]) > 0


def test_the_same_list_gives_the_same_adapter_and_undo_is_leaving_out(
    ranker, history, asked
) -> None:
    scores, candidates = asked
    told = [(4, 1), (2, -1)]
    first = adapt(ranker, history, scores, candidates, told)
    again = adapt(ranker, history, scores, candidates, told)
    assert torch.equal(first.parts, again.parts)
    undone = adapt(ranker, history, scores, candidates, told[:-1])
    alone = adapt(ranker, history, scores, candidates, [(4, 1)])
    assert torch.equal(undone.parts, alone.parts)


def test_the_last_verdict_on_an_item_counts(ranker, history, asked) -> None:
    scores, candidates = asked
    changed = adapt(ranker, history, scores, candidates, [(4, 1), (4, -1)])
    assert changed.items.tolist() == [4]
    assert changed.signs.tolist() == [-1]


def test_feedback_never_outgrows_its_bound(ranker, history, asked) -> None:
    scores, candidates = asked
    config = AdaptationConfig(anchor=1e-6, steps=500, bound=0.3)
    learnt = adapt(ranker, history, scores, candidates, [(1, 1), (2, 1), (4, -1)], config)
    varied = learnt.parts.sum(dim=0)[candidates].std(unbiased=False)
    assert varied <= 0.3 * scores[candidates].std(unbiased=False) * 1.0001


def test_no_weight_of_the_ranker_changes(ranker, history, asked) -> None:
    scores, candidates = asked
    before = ranker.score(history)
    adapt(ranker, history, scores, candidates, [(1, 1), (2, -1)])
    assert torch.equal(ranker.score(history), before)


def test_without_verdicts_nothing_is_added(ranker, history, asked) -> None:
    learnt = adapt(ranker, history, *asked, [])
    assert learnt.parts.shape == (0, VOCAB)
    assert learnt.parts.sum(dim=0).abs().max() == 0


@torch.inference_mode()
def test_a_moved_interest_and_bent_items_are_the_same_change(ranker, history, asked) -> None:
    if not isinstance(ranker, Unified):
        pytest.skip("this ranker has no interest vector")
    scores, candidates = asked
    prior, ranker.prior = ranker.prior, None
    learnt = adapt(ranker, history, scores, candidates, [(4, 1), (2, -1)])
    ranker.prior = prior
    vectors, interest = ranker.dynamic_vectors(history)[0], ranker.interest_now(history)[0]
    bent = learnt.bend(vectors, interest) @ interest - vectors @ interest
    moved = vectors @ learnt.shifts.sum(dim=0)
    parts = learnt.parts.sum(dim=0)
    for each in (bent, moved):
        difference = (each - parts)[candidates]
        torch.testing.assert_close(difference, difference.mean().expand(6), atol=1e-5, rtol=0)


def test_a_ranker_without_vectors_learns_nothing_and_says_so(
    cycle_data: FitData, history: Histories
) -> None:
    ranker = Popularity.fit(cycle_data)
    scores = ranker.score(history)[0].nan_to_num(neginf=0.0)
    learnt = adapt(ranker, history, scores, torch.arange(VOCAB) > 0, [(4, 1)])
    assert not learns(ranker)
    assert learnt.parts.abs().max() == 0
    assert learnt.weights.tolist() == [0]


def test_equal_scores_leave_nothing_to_learn_from(cycle_data: FitData, history: Histories) -> None:
    ranker = TextCosine.fit(cycle_data)
    learnt = adapt(ranker, history, torch.zeros(VOCAB), torch.arange(VOCAB) > 0, [(4, 1)])
    assert learnt.parts.abs().max() == 0


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"anchor=0.0 and bound=1.0 above 0"):
        AdaptationConfig(anchor=0.0)
