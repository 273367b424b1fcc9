from dataclasses import replace

import numpy as np
import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.batches import epoch_batches
from recengine.data.dataset import Dataset
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.ranking_inputs import draw_prefixes, recent_events
from recengine.models.recency_ease import RecencyEase
from recengine.models.shortlist import ShortlistConfig, ShortlistRanker


class Backwards(ShortlistRanker):
    """Puts every shortlist in the order of falling item index."""

    name = "backwards"
    label = "Backwards"
    config_class = ShortlistConfig

    def logits(
        self,
        histories: Histories,  # noqa: ARG002 - knows nothing
        candidates: Tensor,
    ) -> Float[Tensor, "batch candidate"]:
        return -1000.0 * candidates


@pytest.fixture
def retriever(cycle_data: FitData) -> RecencyEase:
    return RecencyEase.fit(cycle_data)


@pytest.fixture
def ranker(cycle_data: FitData, retriever: RecencyEase) -> Backwards:
    made = Backwards(ShortlistConfig(shortlist=3, num_events=4), cycle_data)
    made.build_on({"recency-ease": retriever})
    return made.eval()


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(9))
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20)


@torch.inference_mode()
def test_the_shortlist_is_the_retrievers_top_in_the_nets_order(
    ranker: Backwards, retriever: RecencyEase, histories: Histories
) -> None:
    top = retriever.score(histories)[:, 1:6].topk(3).indices + 1
    first = ranker.score(histories)[:, 1:].topk(3).indices + 1
    assert torch.equal(first, top.sort().values)


@torch.inference_mode()
def test_below_the_shortlist_stands_the_retrievers_order(
    ranker: Backwards, retriever: RecencyEase, histories: Histories
) -> None:
    scores = ranker.score(histories)[:, 1:]
    retrieved = retriever.score(histories)[:, 1:]
    listed = scores.topk(3).indices
    lowest = scores.gather(1, listed).amin(dim=1, keepdim=True)
    below = scores.scatter(1, listed, -torch.inf)
    assert (below < lowest).all()
    left = retrieved.scatter(1, listed, -torch.inf)
    assert torch.equal(
        below.argsort(descending=True, stable=True), left.argsort(descending=True, stable=True)
    )


@torch.inference_mode()
def test_without_a_history_the_popular_items_are_listed(
    ranker: Backwards, cycle_data: FitData, cycle_reader: HistoryReader
) -> None:
    nobody = np.array([0])
    scores = ranker.score(cycle_reader.read(nobody, nobody, nobody, max_length=5))
    listed = set((scores[0, 1:].topk(3).indices + 1).tolist())
    assert listed == set(cycle_data.item_counts.topk(3).indices.tolist())


def test_a_net_learns_from_the_retrievers_score(
    ranker: Backwards, retriever: RecencyEase, histories: Histories
) -> None:
    candidates = torch.arange(1, 6).expand(len(histories), -1)
    said = ranker.corrected(histories, candidates) - ranker.logits(histories, candidates)
    expected = ranker.trust.exp() * retriever.score(histories)[:, 1:6]
    torch.testing.assert_close(said, expected, atol=1e-3, rtol=1e-4)


def test_recent_events_are_the_last_before_the_stop(histories: Histories) -> None:
    rows, stops = torch.tensor([0, 0, 5]), torch.tensor([2, 6, 7])
    cut = recent_events(histories, rows, stops, 4)
    assert cut.lengths.tolist() == [2, 4, 4]
    assert cut.items[0].tolist() == [*histories.items[0, :2].tolist(), 0, 0]
    assert cut.items[1].tolist() == histories.items[0, 2:6].tolist()
    assert cut.contexts[2].tolist() == histories.contexts[5, 3:7].tolist()
    assert (cut.values[0, 2:] == 0).all()


def test_a_prefix_ends_before_its_target(cycle_dataset: Dataset, cycle_split: Split) -> None:
    torch.manual_seed(0)
    reader = HistoryReader(cycle_split.train, cycle_dataset.profiles)
    (batch,) = epoch_batches(reader, batch_size=60, max_length=20, seed=0, epoch=0)
    marked = replace(batch, targets=torch.where(batch.targets > 0, batch.histories.ages.long(), 0))
    drawn = draw_prefixes(marked, 5, 20, 0.0)
    whole = batch.histories.lengths.repeat_interleave(5)
    # The target of the position with age a is the event that comes after it: a more are unknown.
    assert torch.equal(drawn.histories.lengths, whole - drawn.targets)
    rows = torch.arange(len(whole)) // 5
    for row, known in zip(rows.tolist(), drawn.histories.lengths.tolist(), strict=True):
        assert known <= batch.histories.lengths[row]
    assert len(set(drawn.histories.lengths.tolist())) > 3


def test_a_prefix_knows_the_moment_and_the_strength_of_what_followed(
    cycle_dataset: Dataset, cycle_split: Split
) -> None:
    torch.manual_seed(0)
    reader = HistoryReader(cycle_split.train, cycle_dataset.profiles)
    (batch,) = epoch_batches(reader, batch_size=60, max_length=20, seed=0, epoch=0)
    drawn = draw_prefixes(batch, 5, 20, 0.0)
    at = drawn.histories.lengths - 1
    rows = torch.arange(60).repeat_interleave(5)
    assert torch.equal(drawn.histories.request, batch.moments[rows, at])
    inside = at + 1 < batch.histories.lengths[rows]
    assert torch.equal(drawn.values[inside], batch.histories.values[rows[inside], at[inside] + 1])
    assert (drawn.values[~inside] == 0).all()
    assert torch.equal(drawn.histories.items[0, : at[0] + 1], batch.histories.items[0, : at[0] + 1])
    assert (drawn.histories.items[0, at[0] + 1 :] == 0).all()


def test_negatives_compete_and_some_go_with_the_history(
    ranker: Backwards, histories: Histories
) -> None:
    torch.manual_seed(0)
    drawn = ranker.negatives(histories, 12)
    assert drawn.shape == (9, 12)
    assert ranker.competes[drawn].all()


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="negatives=0 must be at least 1"):
        ShortlistConfig(negatives=0)
    with pytest.raises(ConfigError, match=r"dropout=1\.0 must be at least 0 and below 1"):
        ShortlistConfig(dropout=1.0)
