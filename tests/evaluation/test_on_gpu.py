"""Rankers on a GPU give the answers of the CPU: a pretended one (tests/pretend_gpu.py)."""

import numpy as np
import pytest
import torch

from recengine.data.histories import HistoryReader
from recengine.data.splits import Split
from recengine.evaluation.ranking import answers_of, moved_to
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker, WeightedRanker
from tests.pretend_gpu import CPU, GPU, pretend_gpu


def made(name: str, data: FitData) -> Ranker:
    torch.manual_seed(0)
    ranker = MODELS[name].fit(data)
    ranker.build_on({other: MODELS[other].fit(data) for other in ranker.builds_on})
    if isinstance(ranker, WeightedRanker):
        ranker.freeze()
    return ranker


@pytest.mark.parametrize("name", ["unified", "gru", "biased-mf", "din", "recency-ease", "hybrid"])
def test_a_ranker_answers_on_the_gpu_what_it_answers_on_the_cpu(
    name: str, cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = (cycle_reader, cycle_split.test, cycle_split.candidates)
    here = answers_of(made(name, cycle_data), *asked)
    with pretend_gpu(), moved_to(made(name, cycle_data), GPU) as ranker:
        assert ranker.device == (CPU if name == "hybrid" else GPU)
        there = answers_of(ranker, *asked)
    np.testing.assert_allclose(there.log_probabilities, here.log_probabilities, rtol=1e-4)
    np.testing.assert_allclose(there.foretold, here.foretold, rtol=1e-4)


def test_a_ranker_that_was_moved_comes_back_though_asking_fails(cycle_data: FitData) -> None:
    net, ease = made("din", cycle_data), made("recency-ease", cycle_data)

    def ask_in_vain() -> None:
        with moved_to(net, GPU):
            assert net.device == GPU
            raise InterruptedError

    with pretend_gpu():
        with pytest.raises(InterruptedError):
            ask_in_vain()
        with moved_to(ease, GPU) as there:
            assert (there.device, ease.device) == (GPU, CPU)  # others may share it
    assert net.device == CPU
    assert not any(weight.requires_grad for weight in net.parameters())  # type: ignore[attr-defined]


def test_a_ranker_that_stays_keeps_what_it_has_prepared(cycle_data: FitData) -> None:
    unified = made("unified", cycle_data)
    prepared = unified.item_vectors()  # type: ignore[attr-defined]
    with moved_to(unified, CPU) as there:
        assert there.item_vectors() is prepared  # type: ignore[attr-defined]
