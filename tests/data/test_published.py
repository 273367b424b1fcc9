"""Published logs are cleaned by the rules of one's own data."""

import numpy as np
import pandas as pd

from recengine.data.cleaning import CleaningRules
from recengine.data.published import clean_published

NOW = 1_700_000_000
EVENTS = pd.DataFrame(
    [
        ("a", "1", NOW),
        ("a", "1", NOW),
        ("b", "2", np.nan),
        ("b", "9", NOW),
        ("a", "2", NOW + 10**6),
    ],
    columns=["user_id", "item_id", "timestamp"],
).assign(event="view")


def test_each_rule_tells_what_it_took():
    kept, steps = clean_published(EVENTS, {"1", "2"}, now=NOW)
    assert kept["item_id"].tolist() == ["1"]
    assert kept["timestamp"].dtype == np.int64
    assert [(step.rule, step.events, step.people) for step in steps] == [
        ("known_items", 1, 0),
        ("times", 1, 1),
        ("exact_duplicates", 1, 0),
        ("future", 1, 0),
    ]


def test_rules_can_be_switched_off():
    rules = CleaningRules(exact_duplicates=False, future=False, repeat_seconds=0)
    kept, steps = clean_published(EVENTS, {"1", "2"}, rules, now=NOW)
    assert kept["item_id"].tolist() == ["1", "1", "2"]
    assert {step.rule for step in steps} == {"known_items", "times"}


def test_a_clean_log_is_not_touched():
    whole = EVENTS.iloc[[0]]
    kept, steps = clean_published(whole, {"1"}, now=NOW)
    assert steps == ()
    assert kept["timestamp"].tolist() == [NOW]
