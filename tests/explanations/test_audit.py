"""By hand: four items of which the first is padding, two events, one context and profile field."""

import torch

from recengine.explanations.audit import grounds_of
from recengine.explanations.contributions import ScoreParts
from recengine.explanations.shared_columns import SharedColumns

CANDIDATES = torch.tensor([False, True, True, True])


def parts(**rows: list) -> ScoreParts:
    zeros = {"taste": [0.0] * 4, "popularity": [0.0] * 4}
    blocks = {name: [[0.0] * 4] * 2 for name in ("events", "prior")}
    features = {name: [[0.0] * 4] for name in ("context", "profile")}
    whole = {**zeros, **blocks, **features, **rows}
    tensors = {name: torch.tensor(row) for name, row in whole.items()}
    wholes = {name: SharedColumns.whole(tensors[name]) for name in blocks}
    return ScoreParts(**(tensors | wholes), feedback=torch.zeros(0, 4))


def test_shares_are_of_what_speaks_for_the_item() -> None:
    found = grounds_of(
        parts(
            taste=[0.0, 2.0, 0.0, 0.0],
            events=[[0.0, 1.0, 0.0, 0.0], [0.0, -5.0, 0.0, -9.0]],
            prior=[[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
        ),
        1,
        CANDIDATES,
    )
    assert found.kinds == {
        "taste": 0.5, "events": 0.25, "prior": 0.25, "context": 0, "profile": 0, "popularity": 0,
    }  # fmt: skip
    assert found.events.tolist() == [0.5, 0.0]
    assert found.strongest_event == 0


def test_a_piece_is_decisive_if_another_item_is_first_without_it() -> None:
    found = grounds_of(
        parts(taste=[0.0, 3.0, 2.0, 0.0], profile=[[0.0, 1.5, 1.0, 0.0]],
              context=[[0.0, 0.0, 0.9, 0.0]]),
        1,
        CANDIDATES,
    )  # fmt: skip
    # the item leads by 0.6: taste gives 1.0 of that lead, the profile 0.5, the context takes 0.9
    assert found.decisive == {"taste"}
    assert found.decisive_profile == ()
    tipped = grounds_of(
        parts(taste=[0.0, 2.0, 2.0, 0.0], profile=[[0.0, 1.5, 1.0, 0.0]]), 1, CANDIDATES
    )
    assert tipped.decisive == set()  # without the profile both are level: it may stay first
    ahead = grounds_of(
        parts(taste=[0.0, 2.0, 2.1, 0.0], profile=[[0.0, 1.5, 1.0, 0.0]]), 1, CANDIDATES
    )
    assert ahead.decisive == {"profile"}
    assert ahead.decisive_profile == (0,)


def test_the_strongest_event_may_be_decisive_alone() -> None:
    events = [[0.0, 3.0, 0.0, 0.0], [0.0, 1.0, 0.5, 0.0]]
    found = grounds_of(parts(events=events), 1, CANDIDATES)
    assert not found.decisive_event  # 1.0 against 0.5 without it
    events[1] = [0.0, 0.2, 0.5, 0.0]
    assert grounds_of(parts(events=events), 1, CANDIDATES).decisive_event


def test_what_does_not_compete_cannot_take_the_place() -> None:
    seen = torch.tensor([False, True, False, True])
    found = grounds_of(parts(taste=[0.0, 1.0, 0.0, 0.0], popularity=[0.0, 0.0, 5.0, 0.0]), 1, seen)
    assert found.decisive == set()


def test_nothing_in_favour_has_no_shares() -> None:
    found = grounds_of(parts(), 1, CANDIDATES)
    assert sum(found.kinds.values()) == 0
    assert found.strongest_event == -1
