import pytest

from recengine.explanations.words import Case, Fact, outline
from recengine.explanations.words.outline import percent


def case(*facts: Fact, place: int = 3) -> Case:
    return Case("Heat", place, 100, facts)


def test_shares_are_of_what_speaks_for_it() -> None:
    told = outline(
        case(Fact("taste", "", 3.0), Fact("event", "Casino", 1.0), Fact("event", "Up", -2.0))
    )
    assert [(reason.fact.kind, reason.percent) for reason in told.reasons] == [("taste", 75)]
    assert told.against is not None
    assert (told.against.fact.name, told.against.percent) == ("Up", 50)


def test_no_more_reasons_than_it_takes() -> None:
    facts = [
        Fact("event", name, weight)
        for name, weight in zip("abcd", (4.0, 3.0, 2.0, 1.0), strict=True)
    ]
    assert [reason.percent for reason in outline(case(*facts)).reasons] == [40, 30]


def test_the_same_item_chosen_twice_is_one_reason() -> None:
    facts = (Fact("event", "a", 1.0), Fact("taste", "", 1.5), Fact("event", "a", 1.0))
    told = outline(case(*facts))
    assert [(reason.fact.name, reason.percent) for reason in told.reasons] == [("a", 57), ("", 43)]
    assert told.events == 2


def test_small_reasons_are_not_worth_a_word() -> None:
    told = outline(case(Fact("taste", "", 0.5), *(Fact("event", str(n), 0.07) for n in range(7))))
    assert len(told.reasons) == 1
    assert outline(case(Fact("taste", "", 1.0), Fact("event", "a", -0.05))).against is None


def test_without_anything_in_favour_there_is_only_what_speaks_against() -> None:
    told = outline(case(Fact("event", "a", -1.0)))
    assert told.reasons == ()
    assert told.against is not None
    assert told.against.percent == 0


@pytest.mark.parametrize(
    ("share", "expected"), [(0.001, 1), (0.999, 99), (1.0, 100), (0.0, 0), (2.4, 240)]
)
def test_per_cent_are_never_rounded_to_nothing_or_everything(share: float, expected: int) -> None:
    assert percent(share) == expected
