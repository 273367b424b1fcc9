from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.batches import epoch_batches
from recengine.data.dataset import Dataset
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.lightgcn import Graph, LightGCN, LightGCNConfig, _Smooth


@pytest.fixture
def model(cycle_data: FitData) -> LightGCN:
    torch.manual_seed(0)
    return LightGCN.fit(cycle_data, LightGCNConfig(embedding_dim=8, num_layers=2)).eval()


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.validation.take(np.arange(6))
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


def adjacency(data: FitData) -> torch.Tensor:
    """The normalised graph as a dense matrix, made in another way than in the model."""
    users = data.train.num_users
    edges = torch.zeros(users + data.vocab, users + data.vocab)
    for user, item in zip(data.train.users, data.train.items, strict=True):
        edges[user, users + item] = edges[users + item, user] = 1.0
    degrees = edges.sum(dim=1).clamp(min=1)
    return edges / torch.outer(degrees, degrees).sqrt()


def test_smoothing_two_people_by_hand(cycle_data: FitData) -> None:
    """A chose 1 and 2, B chose 2: after one layer item 2 is A / sqrt(2 * 2) + B / sqrt(2)."""
    train = cycle_data.train
    few = replace(
        train,
        offsets=np.concatenate([[0, 2, 3], np.full(train.num_users - 2, 3)]).astype(np.int64),
        **{
            name: getattr(train, name)[:3]
            for name in ("times", "values", "value_codes", "events", "contexts", "rows")
        },
        items=np.array([1, 2, 2], dtype=np.int32),
    )
    graph = Graph(replace(cycle_data, train=few))
    vectors = torch.zeros(train.num_users + 7, 2)
    vectors[0], vectors[1] = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    once = graph.layers(vectors, 1)[1][train.num_users :]
    torch.testing.assert_close(once[1], torch.tensor([1 / 2**0.5, 0.0]))
    torch.testing.assert_close(once[2], torch.tensor([0.5, 1 / 2**0.5]))
    assert (once[3:] == 0).all()


def test_layers_are_powers_of_the_normalised_graph(cycle_data: FitData) -> None:
    torch.manual_seed(0)
    graph, dense = Graph(cycle_data), adjacency(cycle_data)
    vectors = torch.randn(len(dense), 3)
    layers = graph.layers(vectors, 3)
    torch.testing.assert_close(layers[3], dense @ dense @ dense @ vectors)


def test_the_gradient_of_smoothing_is_that_of_the_formula(cycle_data: FitData) -> None:
    torch.manual_seed(0)
    graph, dense = Graph(cycle_data), adjacency(cycle_data)
    vectors, wanted = torch.randn(2, len(dense), 3).requires_grad_(), torch.randn(len(dense), 3)
    (_Smooth.apply(vectors[0], graph, 2) * wanted).sum().backward()
    expected = (wanted + dense @ wanted + dense @ dense @ wanted) / 3
    torch.testing.assert_close(vectors.grad[0], expected)


@torch.inference_mode()
def test_known_people_score_with_their_own_vector(
    model: LightGCN, cycle_data: FitData, histories: Histories
) -> None:
    dense, nodes = adjacency(cycle_data), model.nodes()
    final = (nodes + dense @ nodes + dense @ dense @ nodes) / 3
    users = cycle_data.train.num_users
    expected = final[histories.users] @ final[users:].T
    torch.testing.assert_close(model.score(histories)[:, 1:], expected[:, 1:])


@torch.inference_mode()
def test_somebody_new_is_a_node_beside_the_items_of_the_history(
    model: LightGCN, cycle_data: FitData, histories: Histories
) -> None:
    new = replace(histories, users=torch.full_like(histories.users, -1))
    scores = model.score(new)
    dense, nodes = adjacency(cycle_data), model.nodes()
    users, items = cycle_data.train.num_users, histories.items[0, : histories.lengths[0]]
    chosen_by = [set(cycle_data.train.users[cycle_data.train.items == i]) for i in items.tolist()]
    degrees = torch.tensor([float(len(people)) for people in chosen_by])
    lower = (nodes + dense @ nodes)[users:][items]
    vector = (lower / degrees.sqrt()[:, None]).sum(dim=0) / len(items) ** 0.5 / 3
    final = (nodes + dense @ nodes + dense @ dense @ nodes) / 3
    torch.testing.assert_close(scores[0, 1:], (final[users:] @ vector)[1:])
    nobody = replace(new.rows(torch.tensor([0])), lengths=torch.tensor([0]))
    empty = replace(nobody, items=torch.zeros_like(nobody.items))
    assert (model.score(empty)[0, 1:] == 0).all()


@torch.inference_mode()
def test_scores_follow_the_weights_after_training(model: LightGCN, histories: Histories) -> None:
    before = model.score(histories)
    model.train()
    model.items.weight.mul_(2.0)
    model.eval()
    assert not torch.equal(model.score(histories), before)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="num_layers=0 must be at least 1"):
        LightGCNConfig(num_layers=0)
    with pytest.raises(ConfigError, match=r"l2=-1\.0 must be 0 or above"):
        LightGCNConfig(l2=-1.0)


def test_it_learns_which_people_choose_which_items(
    cycle_data: FitData, cycle_dataset: Dataset
) -> None:
    """Every other person chooses items 1 and 2, the rest 3 and 4."""
    train = cycle_data.train
    steps = np.arange(len(train.items)) - train.offsets[train.users]
    items = (1 + 2 * (train.users % 2) + steps % 2).astype(np.int32)
    data = replace(cycle_data, train=replace(train, items=items))
    torch.manual_seed(0)
    model = LightGCN.fit(data, LightGCNConfig(embedding_dim=8))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    reader = HistoryReader(data.train, cycle_dataset.profiles)
    for epoch in range(30):
        for batch in epoch_batches(reader, batch_size=60, max_length=20, seed=0, epoch=epoch):
            optimizer.zero_grad()
            model.training_loss(batch).backward()
            optimizer.step()
    users = np.arange(20)
    asked = reader.read(users, train.offsets[users], train.offsets[users + 1], max_length=20)
    with torch.inference_mode():
        first = model.eval().score(asked).argmax(dim=1)
    assert torch.equal((first - 1) // 2, asked.users % 2)
