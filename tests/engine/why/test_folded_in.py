"""Matrix factorisation keeps a vector for everybody of its training; its reasons are those of the
history, and what differs is said."""

from dataclasses import replace

import pytest

from recengine.engine import Engine
from recengine.engine.state import State
from recengine.models.als import ALS
from recengine.models.base import FitData
from recengine.models.bpr import BPR
from recengine.types import Request


@pytest.fixture(scope="module", params=[ALS, BPR], ids=["als", "bpr"])
def asked(request: pytest.FixtureRequest, data: FitData, state: State) -> tuple[Engine, Request]:
    ranker = request.param.fit(data)
    engine = Engine(State(state.dataset, state.workspace, {ranker.name: ranker}, {}))
    longest = str(state.dataset.user_ids[int(state.dataset.log.lengths.argmax())])
    return engine, Request(user_id=longest, ranker=ranker.name, k=5)


def test_the_events_and_what_training_learnt_sum_to_the_score_of_the_list(asked) -> None:
    engine, request = asked
    for row in engine.recommend(request).items.itertuples():
        found = engine.explain(request, row.item_id)
        assert found.score == pytest.approx(row.score, abs=1e-6)
        assert sum(each.weight for each in found.evidence) == pytest.approx(found.score, abs=1e-4)
        assert any(each.weight for each in found.evidence if each.kind == "event")
        labels = [each.label for each in found.evidence if each.kind == "taste"]
        assert labels == ["What training learnt of the person"]


def test_changes_say_if_they_start_from_another_place_than_the_list(asked) -> None:
    engine, request = asked
    remarks = []
    for row in engine.recommend(replace(request, k=20)).items.itertuples():
        found = engine.what_if(request, row.item_id)
        assert (found.rank == row.rank) == (found.remark == "")
        remarks += [found.remark] if found.remark else []
        assert found.changes["new_score"].nunique() > 1
    assert all("learnt of this person in training" in remark for remark in remarks)
    assert remarks or request.ranker == "als"  # whose folded in vectors come very near


def test_leaving_one_out_says_that_the_history_alone_is_weighed(asked) -> None:
    engine, request = asked
    item = engine.recommend(request).items["item_id"].iat[0]
    found = engine.why.explain(request, item, "occlusion")
    assert any(each.weight for each in found.evidence)
    assert "on the history alone" in found.sentence
    assert "on the history alone" not in engine.why.explain(request, item, "exact").sentence


def test_a_change_that_is_not_needed_is_told_as_such(asked) -> None:
    engine, request = asked
    for row in engine.recommend(request).items.itertuples():
        found = engine.why.change(request, row.item_id)
        assert found.sentence.count("without any change") == (found.rank_before > request.k)
