import pytest
import torch
from torch import nn

from recengine.models.dynamic_head import DynamicHead, Memory
from recengine.models.memory_head import MemoryHead
from recengine.models.mixture_of_logits import MixtureOfLogits

ITEMS, DIM = 30, 16


@pytest.fixture(params=[MemoryHead, MixtureOfLogits])
def head(request: pytest.FixtureRequest) -> DynamicHead:
    torch.manual_seed(0)
    made: DynamicHead = request.param(DIM, 2, 8)
    nn.init.normal_(made.output.weight, std=0.5)
    nn.init.normal_(made.gate.weight, std=0.5)
    return made.requires_grad_(False)


@pytest.fixture
def memory() -> Memory:
    """Two requests: five events, one of them padding in the second; two and two features."""
    torch.manual_seed(1)
    present = torch.ones(2, 9, dtype=torch.bool)
    present[1, 4] = present[1, 5] = present[0, 8] = False
    ages = torch.tensor([[4.0, 3.0, 2.0, 1.0, 0.0] + [0.0] * 4] * 2)
    tokens = torch.randn(2, 9, DIM)
    return Memory(tokens, ages, present, torch.randn(2, DIM), num_events=5, num_moments=2)


def test_parts_by_token_sum_to_the_score_of_the_bent_item(
    head: DynamicHead, memory: Memory
) -> None:
    items, interest = torch.randn(ITEMS, DIM), torch.randn(2, DIM)
    queries = head.queries(items)
    bent = torch.einsum("bd,bvd->bv", interest, head.bend(items, queries, memory))
    gated = (interest * (1 + torch.tanh(head.gate(memory.gate)))) @ items.T
    parts = head.token_parts(interest, queries, memory).sum(dim=-1)
    torch.testing.assert_close(bent, gated + parts, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(head.scores(interest, queries, memory), parts, atol=1e-4, rtol=1e-4)


def test_what_is_absent_has_no_part_and_no_pull(head: DynamicHead, memory: Memory) -> None:
    interest, queries = torch.randn(2, DIM), head.queries(torch.randn(ITEMS, DIM))
    absent = ~memory.present[:, None].expand(-1, ITEMS, -1)
    assert (head.token_parts(interest, queries, memory)[absent] == 0).all()
    lengths = head.pull_lengths(queries, memory)
    assert (lengths[absent] == 0).all()
    assert (lengths[~absent] > 0).all()


def test_a_shortlist_scores_as_the_whole_catalogue(head: DynamicHead, memory: Memory) -> None:
    interest, queries = torch.randn(2, DIM), head.queries(torch.randn(ITEMS, DIM))
    rows = torch.tensor([[3, 7, 1], [29, 0, 7]])
    chosen = queries[:, rows].transpose(0, 1)
    torch.testing.assert_close(
        head.scores(interest, chosen, memory),
        head.scores(interest, queries, memory).gather(1, rows),
        atol=1e-5,
        rtol=1e-4,
    )


def test_memory_attention_sums_to_one_over_known_tokens(memory: Memory) -> None:
    torch.manual_seed(0)
    head = MemoryHead(DIM, 2, 8).requires_grad_(False)
    weights = head.attention(head.queries(torch.randn(ITEMS, DIM)), memory)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:-1]))
    assert (weights.masked_select(~memory.present[:, None, None]) == 0).all()


def test_pools_weigh_late_events_more_and_features_alike(memory: Memory) -> None:
    head = MixtureOfLogits(DIM, 2, 8).requires_grad_(False)
    weights = head.pool_weights(memory)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 4))
    assert (weights[0, :2, :5].diff(dim=-1) > 0).all()
    assert weights[1, 2, 5:7].tolist() == [0.0, 1.0]  # one feature of the moment is unknown
    assert weights[0, 2, 5:7].tolist() == [0.5, 0.5]
