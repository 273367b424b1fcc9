from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models import dynamic_head
from recengine.models.base import FitData
from recengine.models.dynamic_head import Prefixes
from recengine.models.unified import Unified, UnifiedConfig

CONFIG = UnifiedConfig(embedding_dim=16, max_length=12, memory_key_dim=8, text_dim=4)


VARIANTS = {
    "memory": CONFIG,
    "mixture": replace(CONFIG, head="mixture"),
    "moment after the norm": replace(CONFIG, moment_joins="interest"),
}


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS)
def model(request: pytest.FixtureRequest, cycle_data: FitData) -> Unified:
    """With a head that does something, as after training; every kind of head."""
    torch.manual_seed(0)
    made = Unified.fit(cycle_data, request.param).eval().requires_grad_(False)
    made.dynamic.fill_(True)
    for weight in (made.memory_head.output.weight, made.memory_head.gate.weight):
        nn.init.normal_(weight, std=0.5)
    for tables in (made.memory_contexts, made.memory_profile, made.query):
        for table in tables.tables:
            nn.init.normal_(table.weight[1:], std=0.5)
    return made


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(5))
    request = np.array([[1], [2], [0], [1], [2]])
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=12, request=request)


def test_dynamic_starts_as_static(cycle_data: FitData, histories: Histories) -> None:
    torch.manual_seed(0)
    fresh = Unified.fit(cycle_data, CONFIG).eval().requires_grad_(False)
    static = fresh.score(histories)
    fresh.dynamic.fill_(True)
    assert torch.equal(fresh.score(histories), static)


def test_the_score_is_the_dot_product_of_interest_and_bent_item(
    model: Unified, histories: Histories
) -> None:
    items = model.item_vectors()
    interest = model.interest(model.last_hidden(items, histories), histories.request)
    queries = model.memory_head.queries(items)
    bent = model.memory_head.bend(items, queries, model.memory(items, histories))
    dots = torch.einsum("bd,bvd->bv", interest, bent) + model.bias
    torch.testing.assert_close(model.score(histories)[:, 1:], dots[:, 1:])


def test_training_path_equals_serving_path_at_every_prefix(
    model: Unified, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.array([0]))
    whole = cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=12)
    items, head = model.item_vectors(), model.memory_head
    steps = torch.arange(whole.items.shape[1])
    moments = torch.randint(0, 3, (1, len(steps), 1))
    person = whole.profile[:, None].expand(-1, len(steps), -1)
    interest = model.interest(model.hidden(items, whole), moments)
    prefixes = Prefixes(
        events=model.event_vectors(items, whole),
        features=torch.cat([model.memory_contexts(moments), model.memory_profile(person)], dim=2),
        known=torch.cat([moments, person], dim=2) > 0,
        num_moments=1,
        steps=steps,
    )
    queries = head.queries(items)
    trained = head.prefix_scores(queries, prefixes, interest)
    for step in steps.tolist():
        prefix = cycle_reader.read(
            asked.users,
            asked.starts,
            asked.starts + step + 1,
            max_length=12,
            request=moments[0, step, None].numpy(),
        )
        own = model.interest(model.last_hidden(items, prefix), prefix.request)
        served = head.token_parts(own, queries, model.memory(items, prefix)).sum(dim=-1)
        torch.testing.assert_close(trained[0, step], served[0], atol=1e-4, rtol=1e-4)


def test_later_events_do_not_change_earlier_interest(model: Unified, histories: Histories) -> None:
    items = model.item_vectors()
    before = model.hidden(items, histories)[:, :3]
    changed = histories.items.clone()
    changed[:, 3:] = 1
    after = model.hidden(items, replace(histories, items=changed))[:, :3]
    torch.testing.assert_close(before, after)


def test_after_the_norm_a_moment_does_the_same_to_everybody(
    cycle_data: FitData, cycle_reader: HistoryReader, cycle_split: Split
) -> None:
    asked = cycle_split.test.take(np.arange(5))
    spans = asked.users, asked.starts, asked.stops
    known, unknown = (
        cycle_reader.read(*spans, max_length=12, request=np.full((5, 1), code)) for code in (1, 0)
    )

    def spread(moment_joins: str) -> float:
        """How differently the moment moves the scores of different people."""
        torch.manual_seed(0)
        made = Unified.fit(cycle_data, replace(CONFIG, moment_joins=moment_joins))
        nn.init.normal_(made.query.tables[0].weight[1:])
        made.eval().requires_grad_(False)
        return float((made.score(known) - made.score(unknown))[:, 1:].std(dim=0).max())

    assert spread("interest") == pytest.approx(0, abs=1e-5)
    assert spread("state") > 1e-2


def test_a_loud_moment_does_not_bend_items_more_where_it_joins_the_interest(
    model: Unified, histories: Histories
) -> None:
    vectors = model.dynamic_vectors(histories)
    told, untold = histories.request[:, 0] > 0, histories.request[:, 0] == 0
    model.context_gates.fill_(3.0)
    louder = model.dynamic_vectors(histories)
    assert torch.equal(louder[untold], vectors[untold])
    after = model.config.moment_joins == "interest"
    assert torch.equal(louder[told], vectors[told]) is after
    model.context_gates.fill_(0.0)  # but a feature that is shut out is shut out everywhere
    assert not torch.isclose(model.dynamic_vectors(histories)[told], vectors[told]).all()


def test_an_item_never_trained_on_is_known_by_its_text_alone(model: Unified) -> None:
    cold = 6
    assert model.warm[cold] == 0
    before = model.item_vectors()[cold].clone()
    model.delta.weight[cold] += 5
    assert torch.equal(model.item_vectors()[cold], before)


def test_id_dropout_hides_only_in_training(cycle_data: FitData) -> None:
    torch.manual_seed(0)
    model = Unified.fit(cycle_data, replace(CONFIG, id_dropout=0.9))
    assert not torch.equal(model.train().item_vectors(), model.eval().item_vectors())
    assert torch.equal(model.item_vectors(), model.item_vectors())


def test_it_works_without_texts(cycle_data: FitData, histories: Histories) -> None:
    model = Unified.fit(replace(cycle_data, text=None), CONFIG).eval()
    assert model.text_projection is None
    with torch.inference_mode():
        assert torch.isfinite(model.score(histories)[:, 1:]).all()


def test_of_a_large_catalogue_only_a_shortlist_is_bent(
    model: Unified, histories: Histories, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, vectors = model.score(histories), model.dynamic_vectors(histories)
    model.dynamic.fill_(False)
    static = model.score(histories)
    model.dynamic.fill_(True)
    monkeypatch.setattr(dynamic_head, "SHORTLIST_ABOVE", 3)
    monkeypatch.setattr(dynamic_head, "SHORTLIST", 2)
    short, moved = model.score(histories), model.dynamic_vectors(histories)
    best = static.topk(2, dim=1).indices
    listed = torch.zeros_like(static, dtype=torch.bool).scatter(1, best, value=True)
    torch.testing.assert_close(short, torch.where(listed, whole, static))
    items = model.item_vectors().expand_as(moved)
    torch.testing.assert_close(moved, torch.where(listed[..., None], vectors, items))
    assert not torch.isclose(whole, static)[:, 1:].any()


def test_a_file_without_gates_leaves_all_open_and_says_that_none_was_fitted(
    cycle_data: FitData,
) -> None:
    model = Unified.fit(cycle_data, CONFIG)
    model.context_gates.fill_(0.5)
    weights = dict(model.state_dict())
    fitted = Unified.restore(cycle_data, CONFIG, weights)
    assert fitted.gates_fitted
    assert fitted.context_gates.tolist() == [0.5]
    del weights["context_gates"]
    older = Unified.restore(cycle_data, CONFIG, weights)
    assert not older.gates_fitted
    assert older.context_gates.tolist() == [1.0]


def test_impossible_settings_name_both_numbers() -> None:
    with pytest.raises(ConfigError, match=r"embedding_dim=10 must be a multiple of num_heads=4"):
        UnifiedConfig(embedding_dim=10, num_heads=4)
    with pytest.raises(ConfigError, match=r"head='attention' must be one of: memory, mixture"):
        UnifiedConfig(head="attention")
    with pytest.raises(ConfigError, match=r"dropout=1.5"):
        UnifiedConfig(dropout=1.5)


def test_a_place_where_no_moment_can_join_is_refused() -> None:
    with pytest.raises(ConfigError, match="moment_joins='item' must be one of: state, interest"):
        UnifiedConfig(moment_joins="item")
