"""The rewriter's check: everything invented is refused, and an honest text gets through."""

import pytest

from recengine.explanations.words import check

EVIDENCE = [
    "“Heat (1995)” stands third of 3,394 items. The strongest reasons are the overall taste (41% "
    "of what speaks for it) and the earlier choice “The Big Sleep” (22%), out of 57 events.",
    "Against it speaks the profile (age: 25-34), which takes back 8%.",
]
OTHERS = ("The Silence of the Lambs", "Heat (1995)", "Casino", "Toy Story", "The Game")


def passed(text: str, **more: object) -> bool:
    return check(text, EVIDENCE, others=OTHERS, **more).passed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "“Heat (1995)” stands third of 3,394 items.",
        "Heat is 3 of 3394, mostly because of the overall taste (41%) and The Big Sleep (22%).",
        "The earlier choice The Big Sleep speaks for it with 22%. However, age takes back 8%.",
        "Overall taste is the main reason, at 41%.",
        "It fits, and you liked “The Big Sleep” before.",
    ],
)
def test_texts_that_keep_to_the_evidence_pass(text: str) -> None:
    assert check(text, EVIDENCE, others=OTHERS).reason == ""


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("Heat was directed by Michael Mann.", "Michael Mann"),
        ("Spielberg would like Heat.", "Spielberg"),
        ("Heat stands third of 3,395 items.", "3,395"),
        ("Heat stands second of 3,394 items.", "second"),
        ("Heat gets 4 from the taste.", "4"),
        ("Heat gets forty-one or fifty per cent.", "forty-one"),
        ("It is one of 57 events, like The Sleep.", "The Sleep"),
        ("Big Heat is here.", "Big Heat"),
        ("It resembles the silence of the lambs.", "The Silence of the Lambs"),
        ("It resembles “the sleep” of before.", "the sleep"),
        ("A film with a score of 0.41 for Heat.", "0.41"),
        ("Twice as good as The Big Sleep.", "Twice"),
        ("It won an OSCAR.", "OSCAR"),
        ("Perhaps Tarantino helped.", "Tarantino"),
        ("A dozen people chose Heat.", "dozen"),
        ("Heat 由 阿尔帕西诺 主演。", "由"),
        ("Played by DeNiro and al Pacino.", "DeNiro"),
    ],
)
def test_what_was_invented_is_named(text: str, invented: str) -> None:
    found = check(text, EVIDENCE, others=OTHERS)
    assert not found.passed
    assert any(invented in each for each in found.invented), found
    assert "does not hold" in found.reason


def test_a_number_in_words_matches_the_same_in_digits() -> None:
    assert passed("Heat is number three.")
    assert not passed("Heat is number four.")


def test_two_titles_do_not_make_a_third() -> None:
    given = ["“Toy Story” and “Love Affair”"]
    assert check("Toy Story and Love Affair.", given).passed
    assert not check("Toy Affair.", given).passed
    assert not check("They like “Story and Love”, “Toy Affair”.", given).passed


def test_what_speaks_against_must_be_told_as_such() -> None:
    assert passed("The profile speaks against it, age: 25-34.", against=["25-34"])
    told = check("Your age 25-34 makes it a great fit.", EVIDENCE, against=["25-34"])
    assert told.reason == "It does not say that 25-34 speaks against the item."


def test_silence_and_chatter_are_refused() -> None:
    assert check("  ", EVIDENCE).reason == "It wrote nothing."
    assert check("It fits. " * 5, EVIDENCE).reason == "It wrote more than a few sentences."
    assert check("fits " * 300, EVIDENCE).reason == "It wrote more than a few sentences."


def test_markup_is_no_way_round() -> None:
    assert not passed("<b>Scorsese</b> made Heat.")
    assert not passed("Heat,\nTarantino")
    assert not passed("Heat by *Scorsese*")


def test_a_text_about_something_else_is_refused() -> None:
    told = check("Heat is a great example of how a single story can convey a kitchen.", EVIDENCE)
    assert told.reason.startswith("It strays from the evidence")


def test_the_strongest_reason_must_stay() -> None:
    assert passed("The overall taste gives 41%.", required=["41%"])
    told = check("The Big Sleep gives 22%.", EVIDENCE, required=["41%"])
    assert told.reason == "It leaves out what counts most (41%)."
