import numpy as np
import pandas as pd
import pytest

from recengine.data.features import derive_time_features
from recengine.data.store import write_dataset
from recengine.data.storefront import StorefrontConfig, storefront_truth
from recengine.data.storefront.effects import CONTEXT_EFFECTS
from recengine.data.storefront.words import CATEGORY_NAMES
from recengine.errors import ConfigError, UnknownNameError

TINY = StorefrontConfig(num_users=30, num_items=60, seed=7)


def category_of_events(dataset):
    """Category shares of the item of each event, in the order of CATEGORY_NAMES."""
    position = [dataset.categories.index(name) for name in CATEGORY_NAMES]
    rows = dataset.item_ids.get_indexer(dataset.interactions["item_id"])
    return dataset.category_shares[rows][:, position]


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_dataset(storefront_truth(TINY).dataset, tmp_path / name, "recipe")
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 5
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_another_seed_gives_another_shop():
    other = StorefrontConfig(num_users=30, num_items=60, seed=8)
    assert storefront_truth(TINY).dataset.fingerprint != storefront_truth(other).dataset.fingerprint


def test_sizes_are_as_asked_and_everybody_acts():
    dataset = storefront_truth(TINY).dataset
    assert (dataset.num_users, dataset.num_items) == (30, 60)
    assert dataset.interactions["user_id"].nunique() == 30
    assert not dataset.interactions.duplicated(["user_id", "item_id"]).any()


def test_it_says_that_it_is_simulated(truth):
    assert truth.dataset.simulated
    assert "simulated" in truth.dataset.title
    assert "no real person" in truth.dataset.credit


def test_events_values_contexts_and_profiles_are_all_there(truth):
    dataset = truth.dataset
    assert dataset.event_kinds == ("view", "click", "cart", "purchase")
    strength = dataset.interactions.groupby("event")["value"].unique()
    assert {name: list(values) for name, values in strength.items()} == {
        "view": [1.0],
        "click": [2.0],
        "cart": [4.0],
        "purchase": [5.0],
    }
    names = [feature.name for feature in dataset.context_features]
    assert names == ["part_of_day", "weekday", "season", "weather", "device", "page"]
    assert (dataset.log.contexts > 0).all()
    assert (dataset.profiles > 0).all()
    assert dataset.friends is not None


@pytest.mark.parametrize(
    ("feature", "value", "category"),
    [
        ("weather", "rain", "Rain gear"),
        ("part_of_day", "morning", "Coffee & tea"),
        ("weekday", "Saturday", "Garden"),
        ("season", "summer", "Camping"),
        ("device", "desktop", "Desk & office"),
        ("page", "offers", "Board games"),
    ],
)
def test_moments_change_what_is_chosen(truth, feature, value, category):
    dataset = truth.dataset
    times = dataset.interactions["timestamp"].to_numpy()
    derived = derive_time_features(times, dataset.timezone)
    moments = pd.concat([dataset.interactions, derived], axis=1)
    share = category_of_events(dataset)[:, CATEGORY_NAMES.index(category)]
    now = (moments[feature] == value).to_numpy()
    assert share[now].mean() > 1.15 * share[~now].mean()


def test_true_probabilities_match_what_was_chosen(truth):
    dataset = truth.dataset
    log = dataset.log
    rows = np.random.default_rng(0).choice(len(log.items), 300, replace=False)
    position = [dataset.categories.index(name) for name in CATEGORY_NAMES]
    shares = dataset.category_shares[:, position]
    expected, observed, surprise = [], [], []
    for row in rows:
        user = dataset.user_ids[log.users[row]]
        p = truth.choice_probabilities(user, int(log.times[row]), dataset.context_of(int(row)))
        assert p.sum() == pytest.approx(1)
        p[log.items[log.offsets[log.users[row]] : row] - 1] = 0  # nothing is chosen twice
        p /= p.sum()
        expected.append(p @ shares)
        observed.append(shares[log.items[row] - 1])
        surprise.append(np.log(p[log.items[row] - 1] * dataset.num_items))
    # 300 draws of a share of about 1/12 have a standard error of about 0.016.
    assert np.abs(np.mean(expected, axis=0) - np.mean(observed, axis=0)).max() < 0.06
    assert np.mean(surprise) > 1.0  # the truth knows far more than "any item"


def test_a_change_of_moment_changes_the_odds_by_the_logged_effect(truth):
    user, time = truth.dataset.user_ids[0], 1_700_000_000
    rain = truth.choice_probabilities(user, time, {"weather": "rain"})
    none = truth.choice_probabilities(user, time, {})
    alone = {tuple(names): row for row, names in enumerate(truth.dataset.items["categories"])}
    kitchen = alone[("Kitchen",)]  # not moved by rain
    for category, log_odds in CONTEXT_EFFECTS["weather", "rain"].items():
        item = alone[(category,)]
        odds = np.log(rain[item] / rain[kitchen]) - np.log(none[item] / none[kitchen])
        assert odds == pytest.approx(log_odds)


def test_logged_turns_show_in_interest_shares_and_in_choices(truth):
    jumps = truth.changes[truth.changes["kind"] == "jump"]
    jump = jumps.iloc[0]
    time = int(jump["timestamp"])
    before = truth.interest_shares(jump["user_id"], time - 2)
    after = truth.interest_shares(jump["user_id"], time)
    assert before.sum() == pytest.approx(1)
    assert after[jump["to_category"]] > 3 * before[jump["to_category"]]
    shares = category_of_events(truth.dataset)
    gains = []
    for row in jumps.itertuples():
        user = truth.dataset.user_index(row.user_id)
        events = truth.dataset.log.span(user)
        share = shares[truth.dataset.log.rows[events]][:, CATEGORY_NAMES.index(row.to_category)]
        assert truth.dataset.log.times[events][row.step] == row.timestamp
        gains.append(share[row.step :].mean() - share[: row.step].mean())
    assert np.mean(gains) > 0.15


def test_recent_categories_tell_more_about_the_next_choice_than_popularity(truth):
    dataset = truth.dataset
    shares = category_of_events(dataset)[dataset.log.rows]
    overall = shares.mean(axis=0)
    recent, popular = [], []
    for user in range(dataset.num_users):
        own = shares[dataset.log.span(user)]
        recent.append(own[-1] @ own[-9:-1].mean(axis=0))
        popular.append(own[-1] @ overall)
    assert np.mean(recent) > 1.8 * np.mean(popular)


def test_effect_tables_are_part_of_the_truth(truth):
    assert set(truth.context_effects["feature"]) == {
        feature.name for feature in truth.dataset.context_features
    }
    assert set(truth.profile_effects["feature"]) == {
        feature.name for feature in truth.dataset.profile_features
    }


def test_the_truth_about_strangers_and_impossible_moments_is_an_error(truth):
    with pytest.raises(UnknownNameError, match="user 'nobody'"):
        truth.choice_probabilities("nobody", 1_700_000_000, {})
    with pytest.raises(UnknownNameError, match="value of weather 'hail'"):
        truth.choice_probabilities("user-0001", 1_700_000_000, {"weather": "hail"})


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("storefront", StorefrontConfig()),
        ("storefront:200x150", StorefrontConfig(num_users=200, num_items=150)),
        ("storefront:200x150:7", StorefrontConfig(num_users=200, num_items=150, seed=7)),
    ],
)
def test_names_and_configurations_say_the_same(name, config):
    assert StorefrontConfig.from_name(name) == config
    assert config.name == name


@pytest.mark.parametrize(
    "name", ["storefront:", "storefront:200", "storefront:axb", "storefront:9x9:1:1"]
)
def test_a_name_written_wrongly_says_how_to_write_it(name):
    with pytest.raises(ConfigError, match=r"Expected storefront, storefront:USERSxITEMS or"):
        StorefrontConfig.from_name(name)


@pytest.mark.parametrize("name", ["storefront:2x150", "storefront:200x10", "storefront:200x150:-1"])
def test_an_impossible_shop_is_refused(name):
    with pytest.raises(ConfigError, match="is not possible"):
        StorefrontConfig.from_name(name)
