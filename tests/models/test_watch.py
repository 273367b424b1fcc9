import torch

from recengine.models.watch import rollout


def test_rollout_of_one_layer_is_half_attention_half_itself() -> None:
    looks = torch.tensor([[0.0, 1.0], [0.5, 0.5]])
    half = torch.tensor([[0.5, 0.5], [0.25, 0.75]])
    torch.testing.assert_close(rollout(looks.expand(1, 3, 2, 2)), half)


def test_rollout_takes_the_mean_over_heads() -> None:
    heads = torch.tensor([[[1.0, 0.0], [0.8, 0.2]], [[1.0, 0.0], [0.4, 0.6]]])
    torch.testing.assert_close(rollout([heads])[1], torch.tensor([0.3, 0.7]))


def test_rollout_multiplies_the_layers_first_one_first() -> None:
    first = torch.tensor([[[1.0, 0.0], [1.0, 0.0]]])
    second = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    # layer 1 mixes position 1 as half of 0 and half of itself, layer 2 passes it on
    torch.testing.assert_close(rollout([first, second])[1], torch.tensor([0.5, 0.5]))
    back = torch.tensor([[[0.0, 1.0], [0.0, 1.0]]])
    # now position 0 reads half of what position 1 holds, which is half of 0
    torch.testing.assert_close(rollout([first, back])[0], torch.tensor([0.75, 0.25]))
