import numpy as np
import pytest

from recengine.data.workspace import Workspace
from recengine.engine import evaluate_forecasts
from recengine.engine.forecasts.measured import ForecastBoard, read_board
from recengine.errors import DataError, UnknownNameError

SHOP = "storefront:40x60:1"
METHODS = ("moving-average",)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def board(home: Workspace) -> ForecastBoard:
    return evaluate_forecasts(SHOP, home, methods=METHODS, epochs=1, read_text=False)


def test_every_figure_has_an_interval_and_a_difference_to_persistence(board: ForecastBoard) -> None:
    for unit in ("events", "days"):
        for metric in ("energy", "distance", "crps", "jensen-shannon", "ndcg@10", "recall@10"):
            own = board.row("moving-average", unit, metric)
            base = board.row("persistence", unit, metric)
            assert own is not None
            assert base is not None
            assert own["low"] <= own["value"] <= own["high"]
            assert own["difference"] == pytest.approx(own["value"] - base["value"], abs=1e-6)
            assert base["difference"] == 0


def test_the_skill_is_the_share_of_the_energy_score_that_is_saved(board: ForecastBoard) -> None:
    own = board.row("moving-average", "events", "energy")
    base = board.row("persistence", "events", "energy")
    skill = board.skill("moving-average", "events")
    assert skill["skill"] == pytest.approx(1 - own["value"] / base["value"], abs=1e-6)
    assert skill["low"] <= skill["skill"] <= skill["high"]


def test_coverage_and_pit_are_shares(board: ForecastBoard) -> None:
    for row in board.calibration:
        assert 0 <= row["raw"] <= 1
        assert 0 <= row["calibrated"] <= 1
        assert row["answers"] > 0
    for row in board.pit:
        assert np.sum(row["bins"]) == pytest.approx(1, abs=1e-3)


def test_measured_figures_are_kept_and_not_measured_again(
    board: ForecastBoard, home: Workspace
) -> None:
    kept = read_board("storefront:40x60:1", home)
    assert kept is not None
    assert kept.rows == board.rows
    again = evaluate_forecasts(SHOP, home, methods=METHODS, epochs=1, read_text=False)
    assert again.methods["moving-average"] == board.methods["moving-average"]


def test_equal_data_under_another_name_finds_the_figures(
    board: ForecastBoard, home: Workspace
) -> None:
    fingerprint = board.facts["data_fingerprint"]
    found = read_board("/somewhere/else", home, fingerprint)
    assert found is not None
    assert sorted(found.skills, key=str) == sorted(board.skills, key=str)
    assert read_board("/somewhere/else", home, "other data") is None
    assert read_board("/somewhere/else", home) is None


def test_an_unknown_forecaster_or_a_ranker_without_interests_is_refused(home: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="persistence"):
        evaluate_forecasts(SHOP, home, methods=("oracle",))
    with pytest.raises(DataError, match="no interest vectors"):
        evaluate_forecasts(SHOP, home, ranker="popularity", epochs=1, read_text=False)


def _board(low: float, lists_high: float | None) -> ForecastBoard:
    skill = {"method": "gru", "unit": "days", "skill": 0.1, "low": low, "high": 0.2, "people": 9}
    row = {"method": "gru", "unit": "days", "metric": "ndcg@10", "ahead": 0}
    return ForecastBoard({}, rows=[row | {"diff_high": lists_high}], skills=[skill])


@pytest.mark.parametrize(
    ("low", "lists_high", "best"),
    [(0.05, 0.01, "gru"), (0.05, -0.01, "persistence"), (-0.01, 0.01, "persistence")],
)
def test_only_what_is_better_beyond_chance_and_lists_no_worse_is_trusted(
    low: float, lists_high: float, best: str
) -> None:
    board = _board(low, lists_high)
    assert board.best_trusted("days") == best
    assert ("no forecast is measurably better" in board.sentence("days")) == (best != "gru")
    assert board.best_trusted("events") == "persistence"
