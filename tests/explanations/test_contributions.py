import numpy as np
import pytest
import torch

from recengine.data.histories import Histories, HistoryReader
from recengine.explanations.attention import last_event_attention
from recengine.explanations.contributions import split_scores
from recengine.explanations.whatif import Variant, apply_variants, ranks_of_variants
from recengine.models import MODELS
from recengine.models.base import FitData, Ranker
from recengine.models.unified import Unified, UnifiedConfig
from tests.explanations.conftest import VARIANTS, made


@pytest.fixture(params=[*MODELS, *VARIANTS])
def ranker(request: pytest.FixtureRequest, cycle_data: FitData) -> Ranker:
    return made(request.param, cycle_data)


def test_the_parts_of_every_item_sum_to_its_score(ranker, history: Histories) -> None:
    with torch.inference_mode():
        scores = ranker.score(history)[0, 1:]
    torch.testing.assert_close(
        split_scores(ranker, history).total[1:], scores, atol=1e-4, rtol=1e-4
    )


@pytest.mark.usefixtures("shortlisted")
def test_parts_sum_to_the_score_where_only_a_shortlist_is_bent(ranker, history: Histories) -> None:
    with torch.inference_mode():
        scores = ranker.score(history)[0, 1:]
    parts = split_scores(ranker, history)
    torch.testing.assert_close(parts.total[1:], scores, atol=1e-4, rtol=1e-4)
    if isinstance(ranker, Unified):
        bent = (parts.events[:, 1:] != 0).any(dim=0)
        assert bent.sum() == 2
        vectors = ranker.dynamic_vectors(history)[0, 1:]
        assert torch.equal((vectors != ranker.item_vectors()[1:]).any(dim=1), bent)


def test_centred_parts_keep_differences_and_sum_to_nothing_on_average(
    ranker, history: Histories
) -> None:
    candidates = torch.tensor([False, True, False, True, True, True, False])
    plain = split_scores(ranker, history)
    centred = plain.centred(candidates)
    assert abs(float(centred.total[candidates].mean())) < 1e-5
    torch.testing.assert_close(
        centred.total[3] - centred.total[4], plain.total[3] - plain.total[4], atol=1e-5, rtol=1e-4
    )


def test_an_unknown_moment_has_no_part(ranker, cycle_reader: HistoryReader) -> None:
    one = np.array([0])
    read = cycle_reader.read(one, one, one + 4, max_length=12)
    assert (split_scores(ranker, read).context == 0).all()


def test_a_variant_without_an_event_is_the_shorter_history(history: Histories) -> None:
    last = int(history.lengths[0]) - 1
    without_last = apply_variants(history, [Variant(event=last)])
    assert without_last.items[0, :last].tolist() == history.items[0, :last].tolist()
    assert without_last.lengths.tolist() == [last]
    without_first = apply_variants(history, [Variant(event=0)])
    assert without_first.items[0, :last].tolist() == history.items[0, 1:].tolist()


def test_the_first_rank_is_that_of_the_request_as_it_is(ranker, history: Histories) -> None:
    candidates = torch.tensor([False, True, True, True, True, True, False])
    ranks, scores = ranks_of_variants(
        ranker, history, [Variant(), Variant(feature=0), Variant(profile=0)], 2, candidates
    )
    assert ranks[0] == ranks[1]
    assert scores[0] == scores[1]
    with torch.inference_mode():
        own = ranker.score(history.of_nobody())[0]
    assert ranks[0] == 1 + (own[candidates] > own[2]).sum()


def test_attention_lies_on_real_events_only(cycle_data: FitData, history: Histories) -> None:
    model = Unified.fit(cycle_data, UnifiedConfig(embedding_dim=16, max_length=12)).eval()
    weights = last_event_attention(model, history)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:2]))
