"""What every method must keep to, and what each alone promises."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from recengine.data.histories import Histories
from recengine.explanations import METHODS, Question, methods_for
from recengine.explanations.attention import last_event_attention, watched
from recengine.explanations.controls import RANDOM, RECENCY
from recengine.explanations.deletion import values_of
from recengine.explanations.integrated_gradients import along_the_path
from recengine.explanations.whatif import Variant, apply_variants
from recengine.models import MODELS
from recengine.models.base import Attentive, Differentiable, FitData, FoldsIn, Ranker
from recengine.models.unified import Unified
from tests.explanations.conftest import VARIANTS, made

DIFFERENTIABLE = [name for name, model in MODELS.items() if issubclass(model, Differentiable)]
ATTENTIVE = [name for name, model in MODELS.items() if issubclass(model, Attentive)]
PERSONAL = [name for name, model in MODELS.items() if model.personal]
FOLDING = [name for name, model in MODELS.items() if issubclass(model, FoldsIn)]


def test_networks_of_sequences_can_be_followed_back() -> None:
    assert {"unified", "sasrec", "sasrec-bce", "bert4rec", "gru", "svae"} <= set(DIFFERENTIABLE)
    assert set(ATTENTIVE) == {"unified", "sasrec", "sasrec-bce", "bert4rec"}


def test_every_ranker_can_be_explained_somehow(cycle_data: FitData) -> None:
    for name in MODELS:
        assert methods_for(made(name, cycle_data)), name


def test_what_does_not_apply_is_not_offered(cycle_data: FitData) -> None:
    names = [method.name for method in methods_for(made("recency-ease", cycle_data))]
    assert names == ["exact", "occlusion"]
    assert [method.name for method in methods_for(made("popularity", cycle_data))] == ["exact"]


def test_what_was_learnt_by_name_alone_is_not_explained_by_events(cycle_data: FitData) -> None:
    ranker = made("biased-mf", cycle_data)
    assert [method.name for method in methods_for(ranker)] == ["exact"]
    assert not RECENCY.applies(ranker)


def test_leaving_one_out_tells_how_far_it_is_and_can_be_stopped(
    cycle_data: FitData, history: Histories, candidates: torch.Tensor
) -> None:
    told: list[tuple[str, int, int]] = []
    ranker = made("sasrec", cycle_data)
    listening = Question(ranker, history, 3, candidates, progress=lambda *step: told.append(step))
    METHODS["occlusion"].attribute(listening)
    pieces = int((history.request[0] > 0).sum() + (history.profile[0] > 0).sum())
    assert {total for _, _, total in told} == {1 + listening.num_events + pieces}
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})
    assert told[-1][1] == told[-1][2]

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        METHODS["occlusion"].attribute(replace(listening, progress=stop))


@pytest.mark.parametrize("question", FOLDING, indirect=True)
def test_known_people_are_explained_by_the_folded_in_history(question: Question) -> None:
    assert set(FOLDING) == {"als", "bpr", "lightgcn"}
    ranker, item = question.ranker, question.item
    assert int(question.history.users[0]) >= 0
    length = question.num_events
    losses = METHODS["occlusion"].attribute(question).events[:length]
    assert losses.any()
    nobody = replace(question, history=question.history.of_nobody())
    assert torch.equal(losses, METHODS["occlusion"].attribute(nobody).events[:length])
    values, _ = values_of(question, torch.eye(length, dtype=torch.bool))
    assert values.std() > 0
    exact = METHODS["exact"].attribute(question)
    with torch.inference_mode():
        scores = ranker.score(question.history)[0]
    assert exact.total == pytest.approx(
        float(scores[item] - scores[question.candidates].mean()), abs=1e-4
    )
    assert METHODS["exact"].attribute(nobody).rest["taste"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_scores_from_event_vectors_are_the_scores(
    name: str, cycle_data: FitData, history: Histories
) -> None:
    _expect_scores_from_event_vectors(made(name, cycle_data), history, torch.tensor([2, 5]))


@pytest.mark.usefixtures("shortlisted")
@pytest.mark.parametrize("head", ["unified", *VARIANTS])
def test_scores_from_event_vectors_bend_the_shortlist_of_the_history(
    head: str, cycle_data: FitData, history: Histories
) -> None:
    _expect_scores_from_event_vectors(made(head, cycle_data), history, torch.arange(1, 7))


def _expect_scores_from_event_vectors(
    ranker: Ranker, history: Histories, some: torch.Tensor
) -> None:
    chosen = F.embedding(history.items, ranker.item_table())
    with torch.inference_mode():
        expected = ranker.score(history)[:, some]
        if isinstance(ranker, Unified):
            expected = expected - ranker.beta * ranker.prior.score(history)[:, some]
    torch.testing.assert_close(
        ranker.score_events(chosen, history, some), expected, atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize("question", PERSONAL, indirect=True)
def test_padding_has_no_weight_and_weights_are_numbers(question: Question) -> None:
    real = question.history.real[0]
    for method in methods_for(question.ranker):
        found = method.attribute(question)
        assert found.events.shape == real.shape
        assert torch.isfinite(found.events).all()
        assert (found.events[~real] == 0).all(), method.name


@pytest.mark.parametrize(
    "question", [*DIFFERENTIABLE, "recency-ease", "ease", "item-knn"], indirect=True
)
def test_what_adds_up_does_so_to_the_centred_score(question: Question) -> None:
    with torch.inference_mode():
        scores = question.ranker.score(question.history)[0]
    centred = float(scores[question.item] - scores[question.candidates].mean())
    adding = [method for method in methods_for(question.ranker) if method.adds_up]
    assert adding
    for method in adding:
        assert method.attribute(question).total == pytest.approx(centred, abs=1e-4), method.name


@pytest.mark.parametrize("question", DIFFERENTIABLE, indirect=True)
def test_integrated_gradients_are_complete(question: Question) -> None:
    """Weights sum to the difference between the history and the average one."""
    events, start = along_the_path(question, steps=400)
    ranker, history = question.ranker, question.history
    chosen = F.embedding(history.items, ranker.item_table())
    items = torch.arange(1, 6)
    scores = ranker.score_events(chosen, history, items)[0]
    end = float(scores[question.item - 1] - scores.mean())
    assert float(events.sum()) == pytest.approx(end - start, abs=2e-3)


@pytest.mark.parametrize("question", ["gru"], indirect=True)
def test_few_steps_of_the_path_come_near_to_many(question: Question) -> None:
    few, _ = along_the_path(question)
    many, _ = along_the_path(question, steps=400)
    torch.testing.assert_close(few, many, atol=5e-3, rtol=0.05)


@pytest.mark.parametrize("question", ["unified", "din", "item-knn"], indirect=True)
def test_occlusion_is_what_each_shorter_history_loses(question: Question) -> None:
    def centred(history: Histories) -> float:
        with torch.inference_mode():
            scores = question.ranker.score(history)[0]
        return float(scores[question.item] - scores[question.candidates].mean())

    found = METHODS["occlusion"].attribute(question)
    whole = centred(question.history)
    for place in range(question.num_events):
        shorter = apply_variants(question.history, [Variant(event=place)])
        assert float(found.events[place]) == pytest.approx(whole - centred(shorter), abs=1e-4)
    unknown = apply_variants(question.history, [Variant(feature=0)])
    assert float(found.context[0]) == pytest.approx(whole - centred(unknown), abs=1e-4)


@pytest.mark.parametrize("name", ATTENTIVE)
def test_watching_changes_nothing_and_weights_sum_to_one(
    name: str, cycle_data: FitData, history: Histories
) -> None:
    ranker = made(name, cycle_data)
    watch = watched(ranker, history)
    for layer in watch.weights:
        torch.testing.assert_close(layer.sum(dim=-1), torch.ones(layer.shape[:-1]))
    assert len(watch.states) == len(watch.weights) + 1
    last = last_event_attention(ranker, history)
    torch.testing.assert_close(last.sum(dim=-1), torch.ones(last.shape[:2]))


@pytest.mark.parametrize("question", ["sasrec"], indirect=True)
def test_recency_names_the_last_event_and_chance_is_repeatable(question: Question) -> None:
    recency = RECENCY.attribute(question).events
    assert int(recency.argmax()) == question.num_events - 1
    assert (recency[: question.num_events].diff() > 0).all()
    assert torch.equal(RANDOM.attribute(question).events, RANDOM.attribute(question).events)
