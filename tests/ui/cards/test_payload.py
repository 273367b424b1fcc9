"""What the cards are told: bars, arrows and words from a list and its change."""

import pytest

from recengine.types import Request
from recengine.ui import theme
from recengine.ui.cards import pack
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine

NOW = Request(user_id="full", context={"weather": "dry"}, ranker="unified")


@pytest.fixture
def engine():
    return FakeEngine(make_dataset())


def packed(engine, request, change=None):
    return pack(engine.recommend(request), change, {}, theme.palette("light"))


def test_parts_of_a_bar_fit_into_it(engine):
    for card in packed(engine, NOW):
        assert 0 < sum(part["width"] for part in card["parts"] if not part["against"]) <= 1


def test_longest_bar_fills_its_track(engine):
    widths = [
        sum(part["width"] for part in card["parts"] if not part["against"])
        for card in packed(engine, NOW)
    ]
    assert max(widths) == pytest.approx(1, abs=0.03)  # slivers below half a percent are left out


def test_arrows_only_appear_in_a_comparison(engine):
    assert {card["move"]["kind"] for card in packed(engine, NOW)} == {""}


def test_arrows_say_where_each_item_was(engine):
    other = NOW.with_context({"weather": "rainy"})
    change = engine.compare_lists(NOW, other)
    cards = packed(engine, other, change)
    before = {item: rank for rank, item in enumerate(engine._ranked(NOW)["item_id"], start=1)}
    for card in cards:
        was = before[card["id"]]
        gained = was - card["rank"]
        expected = "new" if was > 10 else "same" if not gained else "up" if gained > 0 else "down"
        assert card["move"]["kind"] == expected
        if expected in ("up", "down"):
            assert card["move"]["text"][1:] == str(abs(gained))


def test_item_that_did_not_compete_before_is_new(engine):
    change = engine.compare_lists(NOW, NOW)
    change.changes["rank_before"] = 0
    assert packed(engine, NOW, change)[0]["move"]["said"] == (
        "New in the list, did not compete before"
    )


def test_bar_is_also_said_in_words(engine):
    assert packed(engine, NOW)[0]["said"].startswith("Why: ")
