import torch

from recengine.explanations.shared_columns import SharedColumns


def test_some_items_have_columns_of_their_own_and_the_others_have_nothing() -> None:
    parts = SharedColumns.at(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([4, 1]), 5)
    assert parts[:, :].tolist() == [[0, 2, 0, 0, 1], [0, 4, 0, 0, 3]]
    assert parts[:, 4].tolist() == [1, 3]
    assert parts[1, :].tolist() == [0, 4, 0, 0, 3]
    assert parts[..., torch.tensor([1, 1])].tolist() == [[2, 2], [4, 4]]
    assert parts.sum().tolist() == [0, 6, 0, 0, 4]


def test_what_is_kept_small_is_centred_as_the_whole_matrix() -> None:
    torch.manual_seed(0)
    parts = SharedColumns.at(torch.randn(3, 2), torch.tensor([4, 1]), 6)
    candidates = torch.tensor([False, True, True, False, True, True])
    whole = parts[:, :]
    expected = whole - whole[:, candidates].mean(dim=1, keepdim=True)
    torch.testing.assert_close(parts.centred(candidates)[:, :], expected)
    dense = SharedColumns.whole(whole)
    torch.testing.assert_close(dense.centred(candidates)[:, :], expected)
    assert SharedColumns.nothing(2, 3).sum().tolist() == [0, 0, 0]
