from collections.abc import Callable

import torch
from torch.nn import functional as F

from recengine.models.din import DIN, ActivationUnit, DINConfig
from recengine.training.fitting import Training


def test_the_activation_unit_reads_both_their_difference_and_their_product() -> None:
    torch.manual_seed(0)
    unit = ActivationUnit(6, 5)
    candidates, events = torch.randn(2, 3, 6), torch.randn(2, 4, 6)
    one, other = candidates[1, 2], events[1, 3]
    read = torch.cat([one, other, one - other, one * other])
    expected = unit.outer(F.relu(unit.inner(read)))
    torch.testing.assert_close(unit(candidates, events)[1, 2, 3], expected[0])


def test_the_same_events_again_make_an_interest_stronger() -> None:
    """Activations are not normalised over the history."""
    torch.manual_seed(0)
    unit = ActivationUnit(4, 5)
    candidates, events = torch.randn(1, 2, 4), torch.randn(1, 3, 4)
    twice = torch.cat([events, events], dim=1)
    once = unit(candidates, events) @ events
    torch.testing.assert_close(unit(candidates, twice) @ twice, 2 * once)


def test_it_learns_what_comes_next_in_a_circle(train_on_cycle: Callable[..., Training]) -> None:
    config = DINConfig(embedding_dim=8, prefixes=4, negatives=6, dropout=0.0)
    training = train_on_cycle(DIN, config)
    assert training.records["training"].losses[-1] < training.records["training"].losses[0]
    assert training.validation["training"] > 0.9
