"""BERT4Rec: what is hidden, what is seen, what is learnt."""

from collections.abc import Callable

import pytest
import torch

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.bert4rec import BERT4Rec, BERT4RecConfig
from recengine.training.fitting import Training

SMALL = BERT4RecConfig(embedding_dim=16, max_length=20, dropout=0.0)


def test_it_learns_that_items_follow_each_other(
    train_on_cycle: Callable[..., Training], cycle_split: Split, cycle_reader: HistoryReader
) -> None:
    model = train_on_cycle(BERT4Rec, SMALL).model
    ranks = target_ranks(model, cycle_reader, cycle_split.test, cycle_split.candidates)
    assert (ranks == 1).mean() > 0.95


def test_masks_never_touch_padding_and_hide_something_in_every_history(cycle_data: FitData) -> None:
    torch.manual_seed(0)
    lengths = torch.tensor([2, 5, 9]).repeat(200)
    masked = BERT4Rec(SMALL, cycle_data).draw_masks(lengths, 9)
    padding = torch.arange(9) >= lengths[:, None]
    assert not (masked & padding).any()
    assert masked.any(dim=1).all()


def test_with_a_last_share_of_one_only_the_last_item_is_hidden(cycle_data: FitData) -> None:
    config = BERT4RecConfig(embedding_dim=16, last_share=1.0)
    masked = BERT4Rec(config, cycle_data).draw_masks(torch.tensor([2, 4]), 4)
    assert masked.tolist() == [[False, True, False, False], [False, False, False, True]]


def test_a_hidden_item_leaves_no_trace(cycle_data: FitData, histories: Histories) -> None:
    model = BERT4Rec(SMALL, cycle_data).eval()
    masked = torch.zeros_like(histories.items, dtype=torch.bool)
    masked[:, 2] = True
    other = histories.items.clone()
    other[:, 2] = 6
    states = model.hidden(histories.items, histories.lengths, masked)
    assert torch.equal(states, model.hidden(other, histories.lengths, masked))


def test_a_hidden_place_is_told_from_both_sides(cycle_data: FitData, histories: Histories) -> None:
    model = BERT4Rec(SMALL, cycle_data).eval()
    masked = torch.zeros_like(histories.items, dtype=torch.bool)
    masked[:, 2] = True
    before = model.hidden(histories.items, histories.lengths, masked)
    for place in (0, 4):
        other = histories.items.clone()
        other[:, place] = 6
        after = model.hidden(other, histories.lengths, masked)
        assert not torch.equal(before[:, 2], after[:, 2])


def test_a_history_as_long_as_the_limit_can_be_ranked(
    cycle_data: FitData, histories: Histories
) -> None:
    limit = histories.items.shape[1]
    model = BERT4Rec(BERT4RecConfig(embedding_dim=16, max_length=limit), cycle_data).eval()
    assert torch.isfinite(model.score(histories)[:, 1:]).all()


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"mask_share=1\.5 must lie between 0 and 1"):
        BERT4RecConfig(mask_share=1.5)
    with pytest.raises(ConfigError, match="embedding_dim=9 must be a multiple of num_heads=2"):
        BERT4RecConfig(embedding_dim=9)
