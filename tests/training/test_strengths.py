"""What validation chooses beside the trained weights: the prior and the gates of the moment."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from recengine.data.splits import Split
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase, RecencyEaseConfig
from recengine.models.unified import Unified, UnifiedConfig
from recengine.training.context_gates import fit_gates
from recengine.training.strengths import Grid, choose_strengths
from recengine.training.validation import Validation

CONFIG = UnifiedConfig(embedding_dim=16, max_length=12, memory_key_dim=8, text_dim=4)


@pytest.fixture
def validation(cycle_data: FitData, cycle_split: Split) -> Validation:
    """In the circle everybody has seen everything soon; what was seen competes as well."""
    cycle_split = replace(cycle_split, log=replace(cycle_split.log, repeats=True))
    return Validation(cycle_split, cycle_data.dataset, users=100, max_length=12)


def listener(data: FitData, split: Split, *, right: bool) -> Unified:
    """Told the weather, it puts the items first that are chosen in it, or in the other one."""
    torch.manual_seed(0)
    model = Unified.fit(data, CONFIG).eval().requires_grad_(False)
    items = model.item_vectors()
    asked = split.validation
    weather = split.log.contexts[asked.stops, 0]
    for code in (1, 2):
        chosen = asked.targets[(weather == code) == right].astype(np.int64)
        model.query.tables[0].weight[code] = 40 * items[torch.from_numpy(chosen)].mean(dim=0)
    return model


def test_a_feature_that_helps_is_listened_to_and_one_that_misleads_is_shut_out(
    cycle_data: FitData, cycle_split: Split, validation: Validation
) -> None:
    helped = fit_gates(listener(cycle_data, cycle_split, right=True), validation).clone()
    misled = fit_gates(listener(cycle_data, cycle_split, right=False), validation).clone()
    assert float(misled[0]) < float(helped[0])
    assert float(misled[0]) == pytest.approx(0.0, abs=0.05)


def test_fitting_gates_leaves_no_gradients_behind(
    cycle_data: FitData, cycle_split: Split, validation: Validation
) -> None:
    model = listener(cycle_data, cycle_split, right=True).requires_grad_(True)
    fit_gates(model, validation)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_shut_feature_changes_nothing(
    cycle_data: FitData, cycle_split: Split, validation: Validation
) -> None:
    model = listener(cycle_data, cycle_split, right=True)
    nn.init.normal_(model.memory_head.output.weight)
    model.dynamic.fill_(True)
    asked = cycle_split.test.take(np.arange(4))
    histories = [
        validation.reader.read(
            asked.users, asked.starts, asked.stops, max_length=12, request=np.full((4, 1), code)
        )
        for code in (0, 1)
    ]
    assert not torch.equal(*(model.score(each) for each in histories))
    model.context_gates.zero_()
    torch.testing.assert_close(*(model.score(each) for each in histories))


def test_a_prior_that_knows_the_next_item_is_chosen(
    cycle_data: FitData, validation: Validation
) -> None:
    torch.manual_seed(0)
    model = Unified.fit(cycle_data, CONFIG).eval().requires_grad_(False)
    following = torch.zeros(cycle_data.vocab, cycle_data.vocab)
    following[torch.arange(1, 6), torch.tensor([2, 3, 4, 5, 1])] = 1.0
    priors = {
        decay: RecencyEase(following, RecencyEaseConfig(decay_events=decay))
        for decay in (0.5, 50.0)
    }
    best = choose_strengths(model, validation, Grid(priors, (0.0, 9.0), (1.0, 2.0)))
    assert float(model.beta) == 9.0
    assert float(model.prior_decay) == 0.5  # only the last event says what comes next
    assert best > 0.9
