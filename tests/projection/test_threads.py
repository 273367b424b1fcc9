import pytest
import torch

from recengine.projection.threads import torch_threads


def test_number_of_threads_is_given_back():
    before = torch.get_num_threads()
    with torch_threads(1):
        assert torch.get_num_threads() == 1
        torch.set_num_threads(before + 1)
    assert torch.get_num_threads() == before


def test_number_of_threads_is_given_back_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="positive integer"), torch_threads(before + 1):
        torch.set_num_threads(-1)
    assert torch.get_num_threads() == before
