import pytest
import torch

from recengine.models.dropout import Dropout


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_share_is_dropped_and_the_mean_stays(share: float) -> None:
    torch.manual_seed(0)
    dropped = Dropout(share)(torch.ones(1000, 333))
    assert (dropped == 0).float().mean().item() == pytest.approx(share, abs=0.01)
    assert dropped.mean().item() == pytest.approx(1, abs=0.01)


def test_the_same_seed_drops_the_same_numbers() -> None:
    values, layer = torch.ones(7, 5), Dropout(0.5)
    torch.manual_seed(3)
    first = layer(values)
    torch.manual_seed(3)
    assert torch.equal(layer(values), first)


def test_gradients_flow_through_what_is_kept_alone() -> None:
    values = torch.ones(50, 4, requires_grad=True)
    dropped = Dropout(0.5)(values)
    dropped.sum().backward()
    assert torch.equal(values.grad, dropped)


def test_nothing_happens_when_serving() -> None:
    values = torch.ones(3, 3)
    assert torch.equal(Dropout(0.5).eval()(values), values)
    assert torch.equal(Dropout(0.0)(values), values)
