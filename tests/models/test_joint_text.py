from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from recengine.data.histories import Histories, HistoryReader
from recengine.data.splits import Split
from recengine.errors import ConfigError
from recengine.models.base import FitData
from recengine.models.joint_text import JointText, JointTextConfig
from recengine.models.ranking_inputs import recent_events
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine
from recengine.training.fitting import Training

PIPELINE = {"rank": 2, "hidden_dim": 8, "negatives": 4, "dropout": 0.0, "context_dropout": 0.0}


def ranker_of(data: FitData, **options: int) -> JointText:
    torch.manual_seed(0)
    made = JointText(JointTextConfig(**PIPELINE | options), data)
    made.build_on({"recency-ease": RecencyEase.fit(data), "text-cosine": TextCosine.fit(data)})
    return made.eval()


@pytest.fixture
def ranker(cycle_data: FitData) -> JointText:
    """As if trained: its head says something."""
    made = ranker_of(cycle_data)
    with torch.no_grad():
        made.head[-1].weight.normal_()
    return made


@pytest.fixture
def histories(cycle_reader: HistoryReader, cycle_split: Split) -> Histories:
    asked = cycle_split.test.take(np.arange(4))
    moments = cycle_split.log.contexts[asked.stops]
    return cycle_reader.read(asked.users, asked.starts, asked.stops, max_length=20, request=moments)


CANDIDATES = torch.tensor([[1, 2, 3, 4, 5]])


@torch.inference_mode()
def test_untrained_it_is_the_retriever_and_the_cosine(
    cycle_data: FitData, histories: Histories
) -> None:
    made = ranker_of(cycle_data)
    candidates = CANDIDATES.expand(4, -1)
    cosine = TextCosine.fit(cycle_data).score(histories)[:, 1:6]
    torch.testing.assert_close(made.logits(histories, candidates), 2.0 * cosine)


@torch.inference_mode()
def test_pairs_are_read_alike_alone_and_together(ranker: JointText, histories: Histories) -> None:
    ranker.config = replace(ranker.config, event_tokens=2)
    together = ranker.read(histories, CANDIDATES.expand(4, -1))
    for row in range(4):
        for place in range(5):
            one = histories.rows(torch.tensor([row]))
            alone = ranker.read(one, CANDIDATES[:, place : place + 1])
            assert float(alone) == pytest.approx(float(together[row, place]), abs=0.02)  # bfloat16
    assert together.std() > 0.05


@torch.inference_mode()
def test_the_moment_and_the_history_are_read(ranker: JointText, histories: Histories) -> None:
    one = histories.rows(torch.tensor([0]))
    as_it_is = ranker.read(one, CANDIDATES)
    unknown = ranker.read(replace(one, request=torch.zeros_like(one.request)), CANDIDATES)
    other = ranker.read(replace(one, items=one.items % 5 + 1), CANDIDATES)
    assert (as_it_is - unknown).abs().max() > 1e-3
    assert (as_it_is - other).abs().max() > 1e-3


def test_the_last_events_are_read_as_far_as_they_fit(
    ranker: JointText, histories: Histories
) -> None:
    ranker.config = replace(ranker.config, history_tokens=5, event_tokens=2)
    one = histories.rows(torch.tensor([0]))
    last = int(one.lengths[0]) - 1
    read = [event for event in ranker.token_weights(one, 3).events.tolist() if event >= 0]
    assert read == [last - 2, last - 1, last - 1, last, last]


def test_seen_items_are_not_listed_while_others_are_left(
    cycle_data: FitData, histories: Histories
) -> None:
    made = ranker_of(cycle_data, shortlist=2)
    short = recent_events(histories, torch.tensor([0, 1]), torch.tensor([3, 3]), 3)
    listed = made.listed(short, torch.randn(2, 7))
    for row in range(2):
        assert not set(listed[row].tolist()) & {0, *short.items[row].tolist()}


def test_token_weights_tell_words_sides_and_events(ranker: JointText, histories: Histories) -> None:
    one = histories.rows(torch.tensor([0]))
    seen = ranker.token_weights(one, 3)
    count = len(seen.words)
    assert seen.attention.shape == (2, 2, count)
    assert seen.rollout.shape == seen.events.shape == (count,)
    np.testing.assert_allclose(seen.attention.sum(axis=2), 1, atol=1e-5)
    assert seen.rollout.sum() == pytest.approx(1, abs=1e-5)
    assert seen.words[seen.parts.index("item")] == "Cedar"
    assert set(seen.parts) == {"mark", "context", "history", "item"}
    of_event = {p for p, e in zip(seen.parts, seen.events, strict=True) if e >= 0}
    assert of_event == {"history"}
    assert seen.events.max() == int(one.lengths[0]) - 1


def test_an_empty_history_and_moment_are_read_too(
    ranker: JointText, cycle_reader: HistoryReader
) -> None:
    nobody = np.array([0])
    empty = cycle_reader.read(nobody, nobody, nobody, max_length=5)
    assert torch.isfinite(ranker.read(empty, CANDIDATES)).all()


def test_only_adapter_head_and_weights_of_the_parts_are_kept(ranker: JointText) -> None:
    names = {name.partition(".")[0] for name in ranker.state_dict()}
    assert names == {"adapter", "head", "likeness", "trust"}


def test_it_learns_what_comes_next_in_a_circle(train_on_cycle: Callable[..., Training]) -> None:
    config = JointTextConfig(**PIPELINE | {"requests": 2, "event_tokens": 1, "history_tokens": 2})
    training = train_on_cycle(JointText, config)
    record = training.records["training"]
    assert record.losses[-1] < record.losses[0]
    assert training.validation["training"] > 0.9


def test_data_without_texts_gives_one_clear_message(cycle_data: FitData) -> None:
    for lacking in (replace(cycle_data, text=None), replace(cycle_data, encoder=None)):
        with pytest.raises(ConfigError, match="needs item texts and a language model"):
            JointText(JointTextConfig(), lacking)


def test_more_tokens_than_the_model_reads_are_refused(cycle_data: FitData) -> None:
    with pytest.raises(
        ConfigError, match="up to 75 tokens at once and its language model takes 64"
    ):
        JointText(JointTextConfig(item_tokens=36), cycle_data)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="item_tokens=0"):
        JointTextConfig(item_tokens=0)
    with pytest.raises(ConfigError, match="context_tokens=-1"):
        JointTextConfig(context_tokens=-1)
