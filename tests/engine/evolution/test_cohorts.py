"""Groups are followed fairly, what is computed is kept, and leaving is held against joining."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recengine.data.workspace import Workspace
from recengine.engine.evolution import cohorts, drift, groups
from recengine.engine.privacy.erasing import _clean
from recengine.engine.state import State
from recengine.engine.timelines import interest_path, shares_of
from recengine.errors import ConfigError, UnknownNameError


@pytest.fixture
def fresh(state: State, tmp_path, monkeypatch) -> State:
    """The same with nothing computed yet, and small groups allowed."""
    monkeypatch.setattr(groups, "FEWEST_PEOPLE", 5)
    return State(state.dataset, Workspace(tmp_path), state.rankers, state.places)


def test_activity_splits_people_into_three_groups_of_the_same_size():
    lengths = np.random.default_rng(0).permutation(np.arange(20, 110))
    found = groups.by_activity(np.arange(90), lengths)
    assert list(found) == [
        "few events (20 to 49)",
        "some events (50 to 79)",
        "many events (over 79)",
    ]
    assert [len(people) for people in found.values()] == [30, 30, 30]
    assert lengths[found["some events (50 to 79)"]].min() == 50


def test_only_people_with_enough_events_are_followed(fresh):
    ways = {way.name: way.groups for way in groups.questions(fresh)}
    enough = int((fresh.dataset.log.lengths >= groups.FEWEST_EVENTS).sum())
    assert ways["everybody"] == {"everybody": enough}
    assert sum(ways["activity"].values()) == enough


def test_groups_that_are_too_small_are_not_offered_and_refused(fresh, monkeypatch):
    monkeypatch.setattr(groups, "FEWEST_PEOPLE", 10_000)
    assert groups.questions(fresh) == ()
    with pytest.raises(ConfigError, match="at least 10000 are needed"):
        cohorts.cohort(fresh, "everybody", "everybody", "")


def test_unknown_ways_and_groups_are_named(fresh):
    with pytest.raises(UnknownNameError, match="way to divide people 'shoe_size'"):
        cohorts.cohort(fresh, "shoe_size", "44", "")
    with pytest.raises(UnknownNameError, match="group of people 'nobody'"):
        cohorts.cohort(fresh, "everybody", "nobody", "")


def test_stage_shares_are_means_of_the_shares_within_each_tenth(fresh, longest, monkeypatch):
    monkeypatch.setattr(cohorts, "VECTORS", 10_000)  # all of them
    shares, _ = shares_of(fresh, "", interest_path(fresh, longest, ""))
    found = cohorts.stage_shares(fresh, longest, "")
    tenth = len(shares) // 10
    np.testing.assert_allclose(found[0], shares[: -(-len(shares) // 10)].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    assert abs(found[-1] - shares[-tenth:].mean(axis=0)).max() < 1e-5


def test_what_was_interrupted_goes_on_where_it_stopped(fresh, monkeypatch):
    def stop_at_four(stage, done, total):  # noqa: ARG001
        if done == 4:
            raise KeyboardInterrupt

    before = cohorts.missing(fresh, "everybody", "everybody", "")
    with pytest.raises(KeyboardInterrupt):
        cohorts.measure(fresh, "everybody", "everybody", "", stop_at_four)
    assert cohorts.missing(fresh, "everybody", "everybody", "") == before - 4
    cohorts.measure(fresh, "everybody", "everybody", "")
    assert cohorts.missing(fresh, "everybody", "everybody", "") == 0
    monkeypatch.setattr(cohorts, "stage_shares", None)  # nothing is computed twice
    assert cohorts.cohort(fresh, "everybody", "everybody", "").people == before


def test_the_path_of_a_group_sums_to_one_within_its_intervals(fresh):
    found = cohorts.cohort(fresh, "everybody", "everybody", "")
    np.testing.assert_allclose(found.path.groupby("stage")["mean"].sum(), 1, atol=1e-5)
    assert found.path["mean"].between(found.path["low"], found.path["high"]).all()
    assert set(found.path["stage"]) == set(range(1, cohorts.STAGES + 1))
    assert found.sentence


def test_a_damaged_file_is_computed_anew(fresh):
    cohorts.measure(fresh, "everybody", "everybody", "")
    path = next(fresh.workspace.folder("cohorts").iterdir())
    path.write_bytes(b"broken")
    assert cohorts.cohort(fresh, "everybody", "everybody", "").people > 0


def shares_with(people: int, leavers: int, joiners: int) -> np.ndarray:
    """People of four categories: two of A, B, C, D are out; leavers swap A for D, joiners back."""
    stay, go = [0.4, 0.3, 0.2, 0.1], [0.1, 0.3, 0.2, 0.4]
    start = np.tile(np.array(stay), (people, 1))
    end = start.copy()
    end[:leavers] = go
    start[people - joiners :], end[people - joiners :] = go, stay
    steps = np.linspace(0, 1, cohorts.STAGES) >= 0.5
    shares = np.where(steps[None, :, None], end[:, None], start[:, None])
    return shares.astype(np.float32)


def test_leavers_and_joiners_are_counted_by_hand():
    table = drift.movers(shares_with(50, 20, 5), ("A", "B", "C", "D")).set_index("category")
    assert (table.loc["A", "held"], table.loc["A", "left"], table.loc["A", "joined"]) == (45, 20, 5)
    assert table.loc["A", "net"] == pytest.approx(-15 / 50)
    assert table.loc["A", "change"] == pytest.approx(-0.3 * 15 / 50, abs=1e-6)
    assert table.loc["A", "left_share"] == pytest.approx(20 / 45)
    # Wilson's interval of 20 in 45, by its formula
    n, p, z = 45, 20 / 45, 1.959964
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert table.loc["A", "left_low"] == pytest.approx(middle - half, abs=1e-5)
    assert table.loc["A", "left_high"] == pytest.approx(middle + half, abs=1e-5)
    assert table.loc["A", "net_sure"]
    assert table.loc["D", "net"] == pytest.approx(15 / 50)
    assert table.loc["B", "left"] == 0


def test_leaving_that_joining_makes_up_for_is_no_drift():
    table = drift.movers(shares_with(60, 20, 20), ("A", "B", "C", "D"))
    assert not table["net_sure"].any()
    assert not table["sure"].any()
    told = drift.sentence(table, "everybody", "everybody", 60)
    assert told == (
        "People did not drift as a whole: no share moved by more than chance would among 60 people."
    )


def test_a_sample_of_a_group_is_drawn_by_the_same_lots_as_of_all(monkeypatch):
    monkeypatch.setattr(groups, "SAMPLE", 50)
    everybody = np.arange(400)
    half = np.arange(0, 400, 2)
    drawn, of_half = groups.sample(everybody), groups.sample(half)
    assert len(drawn) == len(of_half) == 50
    assert set(drawn[drawn % 2 == 0]) <= set(of_half)


def test_another_ranker_and_other_data_are_computed_apart(fresh, data):
    cohorts.measure(fresh, "everybody", "everybody", "")
    assert cohorts.missing(fresh, "everybody", "everybody", "") == 0
    model = fresh.rankers["unified"]
    other = type(model).fit(data, model.config).requires_grad_(False).eval()
    rankers = {**fresh.rankers, "unified": other}
    again = State(fresh.dataset, fresh.workspace, rankers, fresh.places)
    assert cohorts.missing(again, "everybody", "everybody", "") > 0
    without = replace(fresh.dataset, interactions=fresh.dataset.interactions.iloc[:-1])
    assert cohorts.missing(replace_data(fresh, without), "everybody", "everybody", "") > 0


def replace_data(state: State, dataset) -> State:
    return State(dataset, state.workspace, state.rankers, state.places)


def test_movers_are_a_plain_table_with_the_largest_change_first(fresh):
    movers = cohorts.cohort(fresh, "everybody", "everybody", "").movers
    assert isinstance(movers, pd.DataFrame)
    assert movers["change"].abs().is_monotonic_decreasing


def test_whoever_is_erased_is_found_in_what_was_kept(fresh):
    cohorts.measure(fresh, "everybody", "everybody", "")
    path = next(fresh.workspace.folder("cohorts").iterdir())
    followed = str(fresh.dataset.user_ids[groups.group_of(fresh, "everybody", "everybody")[0]])
    assert _clean(path, ("somebody-else",)) == ""
    assert _clean(path, (followed,)) == "deleted"
    assert not path.exists()
