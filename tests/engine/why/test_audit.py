from dataclasses import replace

import pandas as pd
import pytest

from recengine.data.workspace import Workspace
from recengine.engine import Engine
from recengine.engine.state import State
from recengine.engine.why import audit, audit_tables
from recengine.engine.why.audit_results import ODDITIES, POPULARITY
from recengine.errors import ConfigError, UnknownNameError
from recengine.models.base import FitData
from recengine.models.gru import GRU
from recengine.types import Request

PEOPLE = 30


@pytest.fixture(scope="module")
def audited(state: State, tmp_path_factory: pytest.TempPathFactory):
    own = replace(state, workspace=Workspace(tmp_path_factory.mktemp("audit")))
    return Engine(own)


def test_it_looks_at_the_first_item_of_everybody_in_the_sample(audited: Engine) -> None:
    found = audited.audit(people=PEOPLE)
    assert found.people == len(found.cases) == PEOPLE
    assert found.cases["user_id"].is_unique
    for case in found.cases.head(5).itertuples():
        listed = audited.recommend(Request(user_id=case.user_id, context=case.context, k=1))
        assert listed.items["item_id"].iat[0] == case.item_id
        shares = [getattr(case, f"share_{kind}") for kind in found.kinds["kind"]]
        assert sum(shares) == pytest.approx(1, abs=1e-4)


def test_tables_are_means_and_counts_of_the_cases(audited: Engine) -> None:
    found = audited.audit(people=PEOPLE)
    kinds = found.kinds.set_index("kind")
    assert kinds["share"].sum() == pytest.approx(1, abs=1e-4)
    assert (kinds["low"] <= kinds["share"]).all()
    assert (kinds["share"] <= kinds["high"]).all()
    assert kinds.loc["taste", "share"] == pytest.approx(found.cases["share_taste"].mean())
    for row in found.odd.to_dict("records"):
        held = found.cases["odd"].map(lambda names, n=row["name"]: n in names)
        assert row["count"] == held.sum()
    activity = found.slices.query("slice == 'Activity' and kind == 'taste'")
    assert activity["people"].sum() == PEOPLE
    assert not activity["enough"].any()  # ten people tell nothing
    assert found.categories["share"].sum() == pytest.approx(1, abs=0.01)
    assert found.categories["base"].sum() == pytest.approx(1, abs=0.01)
    assert set(found.features["kind"]) <= {"context", "profile"}


def test_features_and_categories_of_the_groups_are_those_of_their_people(audited: Engine) -> None:
    found = audited.audit(people=PEOPLE)
    for table, keys in ((found.feature_slices, ["kind", "feature", "value"]),
                        (found.category_slices, ["category"])):  # fmt: skip
        activity = table[table["group"] == "Activity"]
        members = set(found.slices.query("slice == 'Activity'")["value"])
        assert set(activity["member"]) == members
        assert len(members) > 1
        assert not table.duplicated(["group", "member", *keys]).any()
    parts = found.feature_slices.query("group == 'Activity'")
    summed = parts.groupby(["kind", "feature", "value"])["decisive"].sum()
    whole = found.features.set_index(["kind", "feature", "value"])["decisive"]
    assert summed.sum() == whole.sum()
    sums = found.category_slices.groupby(["group", "member"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1, abs=0.01)


def test_the_events_that_drive_most_are_counted(audited: Engine, state: State) -> None:
    found = audited.audit(people=PEOPLE)
    cases = found.cases[found.cases["event_id"] != ""]
    assert found.events["people"].sum() == len(cases)
    assert found.events["people"].is_monotonic_decreasing
    assert (found.events["people"] <= found.events["having"]).all()
    assert found.events["decisive"].sum() == cases["event_decides"].sum()
    top = found.events.iloc[0]
    assert top["share"] == cases[cases["event_id"] == top["item_id"]]["event_share"].mean()
    index = state.dataset.item_index(top["item_id"])
    histories = (set(audited.history(user)["item_id"]) for user in found.cases["user_id"])
    assert top["having"] == sum(top["item_id"] in items for items in histories)
    assert top["title"] == state.title(index)


def test_what_decides_by_the_profile_is_found_by_asking_again(
    audited: Engine, state: State
) -> None:
    found = audited.audit(people=PEOPLE).cases
    for case in found[found["decisive"].map(lambda kinds: "profile" in kinds)].itertuples():
        answer = state.answer(Request(user_id=case.user_id, context=case.context))
        rest = (answer.scores - answer.parts.profile.sum(dim=0))[answer.candidates]
        item = state.dataset.item_index(case.item_id)
        own = answer.scores[item] - answer.parts.profile[:, item].sum()
        assert rest.max() > own


def test_one_case_in_a_group_is_no_finding_and_many_are() -> None:
    odd = pd.DataFrame({"name": ["profile"], "count": [12]})
    groups = pd.DataFrame(
        {"slice": ["Activity", "Activity", "Gender"], "value": ["a", "b", "f"], "odd": "profile",
         "people": [200, 200, 60], "count": [11, 1, 1], "enough": True}
    )  # fmt: skip
    assert audit_tables._marked(groups, odd)["stands_out"].tolist() == [True, False, False]


def test_a_second_look_reads_what_was_kept(audited: Engine, monkeypatch) -> None:
    first = audited.audit(people=PEOPLE)
    monkeypatch.setattr(audit, "_case", lambda *_: pytest.fail("looked again"))
    again = audited.audit(people=PEOPLE)
    pd.testing.assert_frame_equal(first.cases, again.cases)
    assert first.sentence == again.sentence


def test_a_damaged_file_is_made_again(audited: Engine) -> None:
    audited.audit(people=3)
    folder = audited._state.workspace.folder("audits")
    for path in folder.iterdir():
        path.write_text("[")
    assert audited.audit(people=3).people == 3


def test_popularity_lists_are_odd_throughout_and_sums_say_so(audited: Engine) -> None:
    found = audited.audit("popularity", people=5)
    assert found.odd.set_index("name").loc[POPULARITY, "count"] == 5
    assert found.splits
    assert "popularity" in found.sentence


def test_a_ranker_that_is_no_sum_says_what_applies(audited: Engine, data: FitData) -> None:
    found = audited.audit("text-cosine", people=5)
    assert found.splits
    assert set(found.odd["name"]) == set(ODDITIES)
    state, gru = audited._state, GRU.fit(data)
    gru.freeze()
    recurrent = Engine(replace(state, rankers={gru.name: gru})).audit(people=5)
    assert not recurrent.splits
    assert "is no sum of reasons" in recurrent.sentence
    assert "explained by integrated gradients and leaving one out" in recurrent.sentence
    assert recurrent.events.empty


def test_progress_is_told_and_cancels(audited: Engine) -> None:
    told = []

    def stop(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audited.audit(people=4, seed=9, progress=stop)
    assert told[-1][1:] == (2, 4)


def test_more_people_than_there_are_means_everybody(audited: Engine) -> None:
    found = audited.audit("popularity", people=100_000)
    assert found.people == found.population


def test_impossible_samples_and_rankers_are_refused(audited: Engine) -> None:
    with pytest.raises(ConfigError, match="people=0 must be 1 or more"):
        audited.audit(people=0)
    with pytest.raises(UnknownNameError, match="Unknown ranker 'oracle'"):
        audited.audit("oracle")
