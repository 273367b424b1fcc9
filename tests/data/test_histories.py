import numpy as np
import torch

from recengine.data.dataset import Dataset
from recengine.data.histories import NUM_GAP_CODES, HistoryReader, gap_codes


def test_the_most_recent_events_are_kept_oldest_first(
    cycle_dataset: Dataset, cycle_reader: HistoryReader
) -> None:
    span = cycle_dataset.log.span(0)
    start, stop = np.array([span.start]), np.array([span.stop])
    read = cycle_reader.read(np.array([0]), start, stop, max_length=4)
    assert read.items[0].tolist() == cycle_dataset.log.items[span][-4:].tolist()
    assert read.ages[0].tolist() == [3, 2, 1, 0]


def test_an_empty_history_is_all_padding(cycle_reader: HistoryReader) -> None:
    zero = np.array([0])
    read = cycle_reader.read(zero, zero, zero, max_length=4)
    assert read.lengths.tolist() == [0]
    assert not read.real.any()


def test_shorter_histories_are_padded_on_the_right(cycle_reader: HistoryReader) -> None:
    starts, stops = np.array([0, 0]), np.array([5, 2])
    read = cycle_reader.read(np.array([0, 0]), starts, stops, max_length=9)
    assert read.items.shape == (2, 5)
    assert read.real[1].tolist() == [True, True, False, False, False]
    assert (read.contexts[1, 2:] == 0).all()


def test_the_moment_of_a_request_is_unknown_unless_given(cycle_reader: HistoryReader) -> None:
    start, stop = np.array([0]), np.array([3])
    plain = cycle_reader.read(start, start, stop, max_length=9)
    given = cycle_reader.read(start, start, stop, max_length=9, request=np.array([[2]]))
    assert plain.request.tolist() == [[0]]
    assert given.request.tolist() == [[2]]
    assert torch.equal(plain.items, given.items)


def test_gaps_are_powers_of_two_and_first_events_have_none(cycle_dataset: Dataset) -> None:
    codes = gap_codes(cycle_dataset.log)
    assert (codes[cycle_dataset.log.offsets[:-1][cycle_dataset.log.lengths > 0]] == 0).all()
    assert codes[1] == 1 + int(np.log2(1 + 86_400))
    assert codes.max() < NUM_GAP_CODES
