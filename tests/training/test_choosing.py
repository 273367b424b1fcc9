import pytest

from recengine.data.splits import Split
from recengine.errors import TrainingError
from recengine.models.als import ALS
from recengine.models.base import FitData, Ranker
from recengine.models.ease import Ease
from recengine.models.hybrid import Hybrid
from recengine.models.item_knn import ItemKNN
from recengine.models.popularity import Popularity
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.sasrec import SASRec
from recengine.models.text_cosine import TextConfig, TextCosine
from recengine.models.text_euclid import TextEuclid
from recengine.training.choosing import best_config
from recengine.training.validation import Validation


@pytest.fixture
def rankers(cycle_data: FitData) -> dict[str, Ranker]:
    return {model.name: model.fit(cycle_data) for model in (RecencyEase, TextCosine)}


@pytest.mark.parametrize("model", [RecencyEase, Ease, ItemKNN, ALS, Hybrid, TextCosine, TextEuclid])
def test_the_best_setting_of_the_grid_is_kept(
    model: type, cycle_data: FitData, cycle_split: Split, rankers: dict[str, Ranker]
) -> None:
    choice = best_config(model, cycle_data, cycle_split, rankers)
    assert [config for config, _ in choice.tried] == list(model.grid)
    scores = dict(choice.tried)
    assert scores[choice.config] == max(scores.values())
    assert choice.ranker.config == choice.config
    validation = Validation(cycle_split, cycle_data.dataset, users=2000, max_length=200)
    assert validation(choice.ranker) == scores[choice.config]


def test_the_first_of_equally_good_settings_is_kept(
    cycle_data: FitData,
    cycle_split: Split,
    rankers: dict[str, Ranker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TextCosine, "grid", (TextConfig(decay_events=4.0), TextConfig()))
    monkeypatch.setattr(Validation, "__call__", lambda *_: 0.25)
    choice = best_config(TextCosine, cycle_data, cycle_split, rankers)
    assert choice.config == TextConfig(decay_events=4.0)
    assert [score for _, score in choice.tried] == [0.25, 0.25]


def test_each_ridge_is_solved_once(
    cycle_data: FitData,
    cycle_split: Split,
    rankers: dict[str, Ranker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solved = []

    def solve(_: FitData, l2: float):
        solved.append(l2)
        return rankers[RecencyEase.name].weights

    monkeypatch.setattr("recengine.models.recency_ease.solve_ease", solve)
    best_config(RecencyEase, cycle_data, cycle_split, rankers)
    assert solved == sorted({config.l2 for config in RecencyEase.grid})


def test_ease_takes_over_the_weights_of_recency_ease(cycle_data: FitData) -> None:
    recent = RecencyEase.fit(cycle_data, RecencyEaseConfig(decay_events=3.0))
    plain = Ease.fit(cycle_data)
    plain.build_on({RecencyEase.name: recent})
    assert plain.weights is recent.weights


def test_a_ranker_without_settings_is_just_fitted(
    cycle_data: FitData, cycle_split: Split, rankers: dict[str, Ranker]
) -> None:
    choice = best_config(Popularity, cycle_data, cycle_split, rankers)
    assert choice.config is None
    assert choice.tried == ()
    assert isinstance(choice.ranker, Popularity)


def test_a_ranker_that_is_trained_is_refused(
    cycle_data: FitData, cycle_split: Split, rankers: dict[str, Ranker]
) -> None:
    with pytest.raises(AssertionError, match="sasrec is tuned by training"):
        best_config(SASRec, cycle_data, cycle_split, rankers)


def test_progress_is_told_after_every_setting(
    cycle_data: FitData, cycle_split: Split, rankers: dict[str, Ranker]
) -> None:
    told = []
    best_config(Ease, cycle_data, cycle_split, rankers, progress=lambda *step: told.append(step))
    stages, done, totals = zip(*told, strict=True)
    assert set(stages) == {"Choosing the settings of EASE"}
    assert list(done) == list(range(1, 1 + len(Ease.grid)))
    assert set(totals) == {len(Ease.grid)}


def test_too_little_memory_names_the_settings_to_lower(
    cycle_data: FitData, cycle_split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit(*_: object) -> Ranker:
        raise MemoryError

    monkeypatch.setattr(ItemKNN, "fit", fit)
    with pytest.raises(TrainingError, match=r"Computing Neighbours .*Lower neighbours="):
        best_config(ItemKNN, cycle_data, cycle_split, {})
