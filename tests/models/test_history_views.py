"""Crops, masks and reorderings, with their targets."""

from dataclasses import replace

import pytest
import torch

from recengine.data.batches import TrainingBatch, epoch_batches
from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.models.base import FitData
from recengine.models.history_views import (
    View,
    backwards,
    last_position,
    random_mask,
    random_views,
    rearranged,
)

DRAWS = 60


@pytest.fixture
def batch(cycle_data: FitData, cycle_split: Split) -> TrainingBatch:
    """Of histories whose items are told apart by their places."""
    reader = HistoryReader(cycle_split.train, cycle_data.dataset.profiles)
    drawn = next(epoch_batches(reader, batch_size=20, max_length=20, seed=0, epoch=0))
    histories = drawn.histories
    places = torch.arange(1, histories.items.shape[1] + 1).expand_as(histories.items)
    items = places * histories.real
    return replace(
        drawn, histories=replace(histories, items=items), targets=(items + 1) * histories.real
    )


def views(histories: Histories, kind: str, share: float = 0.5) -> list[View]:
    """Views of one kind: the shares of the others leave everything as it is."""
    neutral = {"crop_share": 1.0, "mask_share": 0.0, "reorder_share": 0.0}
    made = [random_views(histories, **neutral | {kind: share}) for _ in range(DRAWS)]
    if kind != "mask_share":  # a mask hides something even where its share is 0
        made = [replace(view, hidden=torch.zeros_like(view.hidden)) for view in made]
    return made


def test_a_crop_is_a_stretch_of_the_history(batch: TrainingBatch) -> None:
    lengths = batch.histories.lengths
    for view in views(batch.histories, "crop_share"):
        shown = view.apply(batch.histories)
        for row, length in enumerate(shown.lengths.tolist()):
            items = shown.items[row, :length].tolist()
            assert items == list(range(items[0], items[0] + length))
            assert items[-1] <= lengths[row]
            assert length in (int(lengths[row]), max(1, int(lengths[row]) // 2))
            assert (shown.items[row, length:] == 0).all()


def test_some_crops_are_shorter_and_start_later(batch: TrainingBatch) -> None:
    crops = [view.apply(batch.histories) for view in views(batch.histories, "crop_share")]
    assert any((crop.lengths < batch.histories.lengths).any() for crop in crops)
    assert any((crop.items[:, 0] > 1).any() for crop in crops)


def test_reordering_keeps_the_events_and_moves_only_a_stretch(batch: TrainingBatch) -> None:
    original, moved = batch.histories, 0
    for view in views(original, "reorder_share"):
        shown = view.apply(original)
        assert torch.equal(shown.items.sort(dim=1).values, original.items.sort(dim=1).values)
        changed = shown.items != original.items
        assert not (changed & ~view.shuffled).any()
        moved += int(changed.sum())
    assert moved > 0


def test_events_move_as_a_whole(batch: TrainingBatch) -> None:
    original = batch.histories
    for kind in ("crop_share", "reorder_share"):
        for view in views(original, kind)[:10]:
            shown = view.apply(original)
            for name in ("values", "gaps", "events", "contexts"):
                column, moved = getattr(original, name), getattr(shown, name)
                place = (shown.items - 1).clamp(min=0)
                for row in range(len(place)):
                    length = int(shown.lengths[row])
                    assert torch.equal(moved[row, :length], column[row, place[row, :length]])


def test_masks_hide_real_events_only_and_one_at_least() -> None:
    torch.manual_seed(0)
    lengths = torch.tensor([1, 4, 9]).repeat(100)
    masked = random_mask(lengths, 9, 0.3)
    assert not (masked & (torch.arange(9) >= lengths[:, None])).any()
    assert masked.any(dim=1).all()
    assert masked[lengths == 9].float().mean() == pytest.approx(0.3, abs=0.06)


def test_nothing_is_hidden_unless_by_a_mask(batch: TrainingBatch) -> None:
    view = random_views(batch.histories, crop_share=0.5, mask_share=0.5, reorder_share=0.5)
    changed = (view.lengths < batch.histories.lengths) | view.shuffled.any(dim=1)
    assert view.hidden.any()
    assert not view.hidden[changed].any()


def test_targets_follow_their_events_and_are_dropped_where_the_order_changed(
    batch: TrainingBatch,
) -> None:
    for share in ({"crop_share": 0.5}, {"reorder_share": 0.5}):
        (kind, value), *_ = share.items()
        for view in views(batch.histories, kind, value):
            shown = view.apply_to_batch(batch)
            has_target = shown.targets > 0
            assert torch.equal(has_target, shown.histories.real & ~view.shuffled)
            assert (shown.targets == shown.histories.items + 1)[has_target].all()
            assert shown.target_values[~has_target].isnan().all()
            assert (shown.moments[~has_target] == 0).all()


def test_a_target_is_never_an_event_that_was_already_shown(batch: TrainingBatch) -> None:
    for view in views(batch.histories, "reorder_share", 0.9):
        shown = view.apply_to_batch(batch)
        for row, targets in enumerate(shown.targets.tolist()):
            for step, target in enumerate(targets):
                assert target == 0 or target not in shown.histories.items[row, : step + 1]
        assert (shown.targets > 0).any(dim=1).all()


def test_a_share_of_the_histories_stays_as_it_is(batch: TrainingBatch) -> None:
    view = random_views(
        batch.histories, crop_share=0.5, mask_share=0.5, reorder_share=0.5, view_share=0.0
    )
    shown = view.apply_to_batch(batch)
    assert torch.equal(shown.histories.items, batch.histories.items)
    assert torch.equal(shown.targets, batch.targets)
    assert not view.hidden.any()


def test_reading_backwards_twice_is_reading_forwards(batch: TrainingBatch) -> None:
    original = batch.histories
    reverse = rearranged(original, backwards(original), original.lengths)
    assert torch.equal(reverse.items[:, 0], original.lengths)
    twice = rearranged(reverse, backwards(reverse), reverse.lengths)
    assert torch.equal(twice.items, original.items)


def test_the_last_position_of_an_empty_history_is_nowhere() -> None:
    places = last_position(torch.tensor([0, 1, 3]), 3)
    assert places.tolist() == [[False] * 3, [True, False, False], [False, False, True]]
