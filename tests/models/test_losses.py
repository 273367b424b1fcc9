import pytest
import torch
from torch.nn import functional as F

from recengine.models.losses import fast_product_dtype, linear_cross_entropy


def _problem(tokens: int = 1100) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(0)
    hidden = torch.randn(tokens, 16, requires_grad=True)
    items = torch.randn(50, 16, requires_grad=True)
    bias = torch.randn(50, requires_grad=True)
    return hidden, items, bias, torch.randint(0, 50, (tokens,))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02)])
def test_chunked_loss_and_gradients_equal_the_textbook_form(
    dtype: torch.dtype, tolerance: float
) -> None:
    hidden, items, bias, targets = _problem()
    expected = F.cross_entropy(hidden @ items.T + bias, targets)
    wanted = torch.autograd.grad(expected, (hidden, items, bias))
    loss = linear_cross_entropy(hidden, items, bias, targets, dtype)
    given = torch.autograd.grad(loss, (hidden, items, bias))
    torch.testing.assert_close(loss, expected, atol=tolerance, rtol=tolerance)
    for one, other in zip(given, wanted, strict=True):
        assert (one - other).norm() < tolerance * other.norm()


def test_it_stays_finite_with_huge_logits() -> None:
    hidden, items, bias, targets = _problem(10)
    assert torch.isfinite(linear_cross_entropy(hidden * 1e3, items, bias, targets))


@pytest.mark.parametrize("shift", [-1e4, 1e4])
def test_it_stays_finite_where_every_logit_is_far_out(shift: float) -> None:
    hidden, items, bias, targets = _problem(10)
    loss = linear_cross_entropy(hidden, items, bias + shift, targets)
    gradients = torch.autograd.grad(loss, (hidden, items, bias))
    assert torch.isfinite(loss)
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


def test_the_fast_dtype_is_one_that_products_work_in() -> None:
    dtype = fast_product_dtype(torch.device("cpu"))
    assert dtype in (torch.float32, torch.bfloat16)
    assert torch.isfinite(torch.ones(2, 2, dtype=dtype) @ torch.ones(2, 2, dtype=dtype)).all()
