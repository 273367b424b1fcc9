import numpy as np
import pandas as pd
import pytest

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.splits import Split, leave_last_out
from recengine.evaluation.background import Background, background_of
from recengine.evaluation.metrics import METRICS, REPORTED, mean_over_seeds
from recengine.evaluation.ranking import Answers, answers_of
from recengine.evaluation.summary import summarise
from recengine.models.base import FitData
from recengine.models.popularity import Popularity
from recengine.models.recency_ease import RecencyEase


@pytest.fixture(scope="module")
def data() -> FitData:
    """Fifty people choose from forty items, most often the first ones."""
    rng = np.random.default_rng(0)
    likely = 1 / np.arange(1, 41)
    rows = [
        (f"u{user}", f"i{item}", 1_700_000_000 + step * 3600, "view", 1.0)
        for user in range(50)
        for step, item in enumerate(
            rng.choice(40, size=rng.integers(4, 12), replace=False, p=likely / likely.sum())
        )
    ]
    items = pd.DataFrame({"item_id": [f"i{item}" for item in range(40)]})
    items["title"] = items["item_id"]
    items["categories"] = [[f"c{item % 5}", f"d{item % 2}"] for item in range(40)]
    columns = ["user_id", "item_id", "timestamp", "event", "value"]
    interactions = pd.DataFrame(rows, columns=columns)
    users = pd.DataFrame({"user_id": [f"u{user}" for user in range(50)]})
    dataset = Dataset("world", "World", interactions, items, users)
    split = leave_last_out(dataset, min_item_count=1)
    text = rng.normal(size=(40, 6)).astype(np.float32)
    return FitData(dataset, split.train, split.candidates, text)


@pytest.fixture(scope="module")
def split(data: FitData) -> Split:
    return leave_last_out(data.dataset, min_item_count=1)


@pytest.fixture(scope="module")
def background(data: FitData, split: Split) -> Background:
    return background_of(data, split)


@pytest.fixture(scope="module")
def answers(data: FitData, split: Split) -> list[Answers]:
    common = (HistoryReader(split.log, data.dataset.profiles), split.test, split.candidates)
    return [answers_of(model.fit(data), *common) for model in (Popularity, RecencyEase)]


def test_every_metric_explains_itself():
    assert len(METRICS) == len(REPORTED)
    for metric in REPORTED:
        assert metric.label
        assert metric.meaning.endswith(".")
        assert (metric.of_ranks is None) != (metric.of_answers is None)
        assert (metric.of_ranks is not None) == (metric.needs == "ranks")


def test_a_list_of_the_most_popular_has_no_serendipity(answers, background):
    popular, _ = answers
    assert METRICS["serendipity@10"].measure(popular, background).sum() == 0


def test_the_expected_list_is_that_of_the_popularity_ranker(answers, background):
    popular, _ = answers
    # the ranker puts equally popular items before the held-out one, the list by catalogue order
    assert background.expected[popular.ranks <= 10].all()
    assert 0 < background.expected.sum() - (popular.ranks <= 10).sum() < 10


def test_tastes_are_the_mean_category_shares_of_each_history(data, split, background):
    shares = data.dataset.category_shares
    for row in (0, 17):
        span = slice(int(split.test.starts[row]), int(split.test.stops[row]))
        mix = shares[split.log.items[span] - 1].sum(axis=0)
        np.testing.assert_allclose(background.tastes[row], mix / mix.sum(), rtol=1e-5)


def test_a_summary_leaves_out_what_nobody_foretold(answers, background, split):
    figures = {each.metric: each for each in summarise(answers, background, split.test.users)}
    assert "rmse" not in figures
    assert set(figures) == set(METRICS) - {"rmse", "mae"}


def test_a_summary_is_the_mean_over_seeds(answers, background, split):
    users = split.test.users
    both = {each.metric: each for each in summarise(answers, background, users)}
    single = [
        {each.metric: each for each in summarise([one], background, users)} for one in answers
    ]
    for name, figure in both.items():
        means = [each[name].interval.mean for each in single]
        assert figure.by_seed == pytest.approx(means)
        assert figure.interval.mean == pytest.approx(np.mean(means))
    shown = both["coverage@10"].interval
    assert np.isnan([shown.low, shown.high]).all()
    found = both["ndcg@10"].interval
    assert found.low < found.mean < found.high


def test_metrics_of_ranks_need_nothing_else(answers):
    ranks = [each.ranks for each in answers]
    means = mean_over_seeds("hr@10", ranks, answers[0].competitors)
    np.testing.assert_allclose(means, np.mean([each <= 10 for each in ranks], axis=0))
    with pytest.raises(AssertionError, match="needs more than ranks"):
        mean_over_seeds("log-loss", ranks, answers[0].competitors)
