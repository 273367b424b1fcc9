import numpy as np
import pytest

from recengine.projection.sample import fair_sample, order_of_detail

NONE = np.array([], dtype=np.int64)


@pytest.fixture
def xy() -> np.ndarray:
    random = np.random.default_rng(0)
    crowd = random.normal([-0.5, 0], 0.1, size=(9_000, 2))
    few = random.normal([0.8, 0.8], 0.05, size=(1_000, 2))
    return np.concatenate([crowd, few]).astype(np.float32)


def test_every_part_keeps_its_share(xy):
    rows = fair_sample(xy, 500, NONE).rows
    assert len(rows) == len(set(rows.tolist())) == 500
    assert (rows >= 9_000).sum() == pytest.approx(50, abs=2)


def test_small_catalogues_are_drawn_whole(xy):
    sample = fair_sample(xy[:20], 20, np.array([3]))
    assert sample.rows.tolist() == list(range(20))
    assert sample.sentence == "All 20 items are drawn."


def test_kept_items_are_always_there(xy):
    keep = np.array([9_999, 5, 5, 42])
    sample = fair_sample(xy, 100, keep)
    assert set(keep) <= set(sample.rows.tolist())
    assert len(sample.rows) == 100
    assert sample.sentence == "100 of 10,000 items are drawn."


def test_more_kept_items_than_wanted_are_all_drawn(xy):
    keep = np.arange(50)
    assert fair_sample(xy, 10, keep).rows.tolist() == keep.tolist()


def test_same_seed_gives_the_same_sample(xy):
    first = fair_sample(xy, 100, NONE, seed=1).rows
    assert (fair_sample(xy, 100, NONE, seed=1).rows == first).all()
    assert (fair_sample(xy, 100, NONE, seed=2).rows != first).any()


def test_items_at_one_place_are_sampled_too():
    assert len(fair_sample(np.zeros((100, 2), dtype=np.float32), 10, NONE).rows) == 10


@pytest.mark.parametrize("first", [300, 777, 3_000])
def test_every_beginning_of_the_order_is_a_fair_sample(xy, first):
    order = order_of_detail(xy)
    assert sorted(order.tolist()) == list(range(len(xy)))
    left = (xy[order, 0] < np.median(xy[:, 0]))[:first].mean()
    assert left == pytest.approx(0.5, abs=0.04)
    assert (order[:first] >= 9_000).mean() == pytest.approx(0.1, abs=0.02)


def test_a_sample_is_the_beginning_of_the_order_and_knows_it(xy):
    order = order_of_detail(xy)
    sample = fair_sample(xy, 300, NONE)
    assert sample.rows[np.argsort(sample.detail)].tolist() == order[:300].tolist()
    assert set(fair_sample(xy, 200, NONE).rows) < set(sample.rows)


def test_a_catalogue_without_items_has_an_order():
    assert len(order_of_detail(np.zeros((0, 2), dtype=np.float32))) == 0
