"""The proof on a small simulated shop, its texts replaced by random vectors."""

import pandas as pd
import pytest

from recengine.data.workspace import Workspace
from recengine.engine import prove_feedback
from recengine.engine.facade import Engine
from recengine.engine.feedback import proof as module
from recengine.engine.feedback.results import FeedbackProof
from recengine.engine.state import State
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase

SHOP = "storefront:40x60:1"


@pytest.fixture(scope="module")
def home(measure_here, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        measure_here(patch, module)
        yield Workspace(tmp_path_factory.mktemp("proof"))


@pytest.fixture(scope="module")
def proof(home: Workspace) -> FeedbackProof:
    return prove_feedback(SHOP, home, rankers=["recency-ease", "text-cosine"])


def test_every_arm_is_measured_with_its_gain(proof: FeedbackProof) -> None:
    table = proof.table[proof.table["ranker"] == "recency-ease"]
    counts = table[table["metric"] == "ndcg@10"].groupby("arm")["told"].apply(list).to_dict()
    more = {"own": [0, 1, 2, 3, 4, 5], "others": [1, 2, 3, 4, 5], "events": [5]}
    assert counts == more | {"low": [0, 1, 2, 3, 4, 5], "less": [1, 2, 3, 4, 5]}
    assert (table["diff_low"] <= table["difference"]).all()
    for first, arm in (("own", "own"), ("own", "others"), ("low", "low"), ("low", "less")):
        untold = table[(table["arm"] == first) & (table["told"] == 0)]
        assert (untold["difference"] == 0).all()
        last = table[(table["arm"] == arm) & (table["told"] == 5)].set_index("metric")
        gain = last["value"] - untold.set_index("metric")["value"]
        pd.testing.assert_series_equal(gain, last["difference"], check_names=False)


def test_the_sentence_says_what_less_did(proof: FeedbackProof) -> None:
    people = proof.facts["recency-ease"]["people_less"]
    assert f"on “less like this” by {people} who had valued items low" in proof.sentence


def test_nobody_elses_scores_change(proof: FeedbackProof) -> None:
    for facts in proof.facts.values():
        assert facts["others_asked"] > 3
        assert facts["others_changed"] == 0
    assert proof.sentence.endswith("nobody else's list changed.")


def test_figures_are_kept_and_added_to(home: Workspace, proof: FeedbackProof) -> None:
    again = prove_feedback(SHOP, home, rankers=["ease"], people=3)
    assert set(again.facts) == {"recency-ease", "text-cosine", "ease"}
    assert again.facts["ease"]["people"] == 3
    assert "--people 3" in again.facts["ease"]["made_with"]
    earlier = again.table[again.table["ranker"] == "recency-ease"].reset_index(drop=True)
    expected = proof.table[proof.table["ranker"] == "recency-ease"].reset_index(drop=True)
    pd.testing.assert_frame_equal(earlier, expected)


def test_the_engine_shows_what_was_measured_on_its_own_data(
    home: Workspace, workspace: Workspace, data: FitData, proof: FeedbackProof
) -> None:
    rankers = {"recency-ease": RecencyEase.fit(data)}
    found = Engine(State(data.dataset, home, rankers, {})).feedback.proof()
    assert found is not None
    assert found.sentence == proof.sentence
    assert "taken out of the history" in found.description
    elsewhere = Engine(State(data.dataset, workspace, rankers, {})).feedback.proof()
    assert elsewhere is None


def test_rankers_that_cannot_learn_or_be_found_are_refused(home: Workspace) -> None:
    with pytest.raises(ConfigError, match="'popularity' has no item vectors"):
        prove_feedback(SHOP, home, rankers=["popularity"])
    with pytest.raises(UnknownNameError, match="Unknown ranker 'best'"):
        prove_feedback(SHOP, home, rankers=["best"])
