"""The one temperature by which a ranker's scores become probabilities that come true."""

import numpy as np
import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.evaluation import temperature
from recengine.evaluation.calibration import expected_calibration_error
from recengine.evaluation.temperature import best_temperature, learnt_temperature
from recengine.models.base import FitData
from recengine.models.popularity import Popularity


def world(honest_at: float, seed: int = 0) -> Float[Tensor, "question competitor"]:
    """Scores of twenty items, one of which was chosen by a softmax at some temperature; it is last.

    As for a ranker: the chosen one's own place among the others is empty.
    """
    rng = np.random.default_rng(seed)
    scores = rng.normal(scale=3, size=(4000, 20))
    chances = torch.from_numpy(scores / honest_at).softmax(dim=1).numpy()
    chosen = (chances.cumsum(axis=1) < rng.random((4000, 1))).sum(axis=1).clip(max=19)
    rows = np.arange(len(scores))
    own = scores[rows, chosen]
    scores[rows, chosen] = -np.inf
    return torch.from_numpy(np.column_stack([scores, own]).astype(np.float32))


def sureness(
    competing: Float[Tensor, "question competitor"], at: float
) -> tuple[np.ndarray, np.ndarray]:
    """What was stated of the first item of every question, and whether it was the choice."""
    stated, first = (competing / at).softmax(dim=1).max(dim=1)
    return stated.numpy(), (first == competing.shape[1] - 1).numpy()


@pytest.mark.parametrize("honest_at", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("unit", [1e-25, 0.001, 1.0, 1000.0, 1e25])
def test_the_temperature_of_the_world_is_found_whatever_scores_are_counted_in(honest_at, unit):
    found = best_temperature(unit * world(honest_at))
    assert found == pytest.approx(unit * honest_at, rel=0.05)


def test_at_its_best_the_expected_score_is_that_of_the_choices():
    competing = world(2.0)
    shares = (competing / best_temperature(competing)).softmax(dim=1)
    expected = (shares * competing.nan_to_num(neginf=0.0)).sum(dim=1).mean()
    assert float(expected) == pytest.approx(float(competing[:, -1].mean()), abs=1e-3)


def test_a_boaster_becomes_honest_about_questions_that_it_did_not_learn_from():
    learnt = best_temperature(world(3.0, seed=0))
    new = world(3.0, seed=1)
    before, after = (expected_calibration_error(*sureness(new, at)) for at in (1.0, learnt))
    assert before > 0.2
    assert after < 0.03


def test_scores_that_tell_nothing_of_the_choice_become_almost_even():
    rng = np.random.default_rng(0)
    upside_down = torch.from_numpy(rng.normal(size=(500, 10)).astype(np.float32))
    upside_down = upside_down.sort(dim=1, descending=True).values  # the choice scores worst
    shares = (upside_down / best_temperature(upside_down)).softmax(dim=1)
    assert float(shares.max()) < 0.105


def test_scores_that_are_all_alike_need_none():
    assert best_temperature(torch.full((3, 5), 7.0)) == 1.0
    alone = torch.tensor([[-torch.inf, 4.0], [-torch.inf, 2.0]])
    assert best_temperature(alone) == 1.0


def test_it_is_learnt_from_what_the_ranker_says_of_the_questions(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    ranker = Popularity.fit(cycle_data)
    common = (ranker, cycle_reader, cycle_split.validation, cycle_split.candidates)
    asked, rows = cycle_split.validation, []
    for user, start, stop, target in zip(
        asked.users, asked.starts, asked.stops, asked.targets, strict=True
    ):
        history = cycle_reader.read(
            *(np.array([each]) for each in (user, start, stop)), max_length=20
        )
        scores = ranker.score(history)[0].clone()
        own = scores[target].clone()
        scores[~torch.from_numpy(cycle_split.candidates)] = -torch.inf
        scores[cycle_reader.log.items[start:stop].astype(int)] = -torch.inf
        scores[target] = -torch.inf
        rows.append(torch.cat([scores, own[None]]))
    assert learnt_temperature(*common) == pytest.approx(best_temperature(torch.stack(rows)))


def test_large_catalogues_are_asked_about_less(
    cycle_data: FitData,
    cycle_reader: HistoryReader,
    cycle_split: Split,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = []
    common = (cycle_reader, cycle_split.validation, cycle_split.candidates)
    monkeypatch.setattr(temperature, "SCORES", 3 * len(cycle_split.candidates))
    learnt_temperature(
        Popularity.fit(cycle_data), *common, progress=lambda *step: told.append(step[1:])
    )
    assert told == [(3, 3)]


def test_without_questions_nothing_is_scaled(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    nobody = cycle_split.validation.take(np.arange(0))
    ranker = Popularity.fit(cycle_data)
    assert learnt_temperature(ranker, cycle_reader, nobody, cycle_split.candidates) == 1.0
