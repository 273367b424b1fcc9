import itertools
import re

import pytest

from recengine.errors import UnknownNameError
from recengine.explanations.words import LANGUAGES, Case, Fact, Item, language, outline
from recengine.explanations.words.english import counted, listed, ordinal

FACTS = (
    Fact("taste", "Overall taste", 3.0),
    Fact("event", "Casino", 2.0),
    Fact("event", "The “Big” Sleep", -1.5),
    Fact("context", "evening", 0.8, "Part of day"),
    Fact("profile", "25-34", -2.0, "Age"),
    Fact("popularity", "General popularity", 1.0),
    Fact("feedback", "Ronin", 1.5),
    Fact("average", "", -0.9),
)
HEAT = Item(
    "Heat", 1995, ("Crime", "Thriller"), (0.31, 0.2), ("heist",), ("Casino",), "A thief. A cop."
)


@pytest.mark.parametrize(
    ("feature", "value", "told"),
    [("Weather", "rain", "天气：下雨"), ("Device", "phone", "设备：手机"),
     ("Season", "winter", "季节：冬季"), ("Place", "home", "Place：home")],
)  # fmt: skip
def test_values_that_we_made_are_told_in_chinese_and_others_stay(feature, value, told) -> None:
    assert language("zh").feature(Fact("context", value, 1.0, feature)) == told


def english(*facts: Fact, place: int = 3, candidates: int = 3394) -> str:
    told = outline(Case("Heat", place, candidates, facts))
    return language("en").join(language("en").explanation(told))


def test_english_says_place_reasons_and_what_speaks_against() -> None:
    assert english(*FACTS[:3]) == (
        "“Heat” stands third of 3,394 items. The main reason is the overall taste: 60% of what "
        "speaks for it. Against it speaks the earlier choice “The 'Big' Sleep”, which takes back "
        "30%."
    )


def test_english_of_several_reasons() -> None:
    facts = (Fact("event", "Casino", 2.0), Fact("context", "evening", 2.0, "Part of day"))
    more = tuple(Fact("event", name, 0.5) for name in "abc")
    assert english(*facts, *more, place=21) == (
        "“Heat” stands 21st of 3,394 items. The strongest reasons are the earlier choice “Casino” "
        "(36% of what speaks for it) and the moment (part of day: evening) (36%), out of four "
        "events."
    )


def test_chinese_says_the_same() -> None:
    told = outline(Case("Heat", 3, 3394, FACTS[1:5]))
    chinese = language("zh")
    assert chinese.join(chinese.explanation(told)) == (
        "“Heat”在 3,394 个候选项中排名第 3。主要理由是以前选择的“Casino”，占支持它的理由的 71%。"
        "对它不利的是个人资料（年龄：25-34），抵消了 71%。"
    )


def test_an_item_already_seen_has_no_place() -> None:
    assert english(FACTS[0], place=0).startswith("“Heat” was chosen before, so it does not compete")
    assert english(Fact("event", "a", -1.0)).endswith(
        "Nothing speaks for it more than for the average item. Against it speaks the earlier "
        "choice “a”."
    )


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_text_is_whole_sentences_with_single_spaces(name: str) -> None:
    spoken = LANGUAGES[name]
    texts = [
        spoken.join(spoken.explanation(outline(Case("Heat", place, candidates, facts))))
        for size in range(4)
        for facts in itertools.combinations(FACTS, size)
        for place, candidates in ((0, 5), (1, 1), (2, 2), (1013, 20_000))
    ]
    texts += [spoken.keywords(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))]
    texts += [
        spoken.join(spoken.description(Item("Heat", year, kinds, shares, words, because, text)))
        for year in (0, 1995)
        for kinds, shares in (((), ()), (("Crime",), (0.3,)), (("Crime", "War"), (0.001, 0.0)))
        for words in ((), ("heist",))
        for because in ((), ("Casino", "Ronin"))
        for text in ("", "A thief.  And  a cop")
    ]
    for text in texts:
        assert text == " ".join(text.split())
        assert text[-1] in ".。"
        assert not re.search(r" [.,:;)]|\( |\.\.|,,|\bNone\b|\bnan\b", text), text


def test_one_of_a_kind_is_singular() -> None:
    assert counted(1, "event") == "one event"
    assert counted(0, "event") == "no events"
    assert counted(1204, "event") == "1,204 events"
    assert "of one item." in english(place=1, candidates=1)


def test_ordinals() -> None:
    asked = (1, 10, 11, 12, 13, 21, 22, 23, 101, 111, 1002)
    assert [ordinal(place) for place in asked] == [
        *("first", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th"),
        "1,002nd",
    ]


def test_lists() -> None:
    assert [listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_an_item_is_described_by_what_it_shares_with_the_interests() -> None:
    english = language("en")
    assert english.join(english.description(HEAT)) == (
        "“Heat” (1995): Crime and Thriller. It meets your taste for Crime (31% of it), words you "
        "come back to, “heist” and your earlier “Casino”. In its own words: “A thief. A cop”."
    )
    assert language("zh").description(HEAT)[0] == "“Heat”（1995）：Crime和Thriller。"


def test_a_long_description_is_cut_after_a_word() -> None:
    long = Item("Heat", 0, (), (), (), (), "cat " * 10_000)
    text = language("en").description(long)[-1]
    assert text.count("cat") == 40
    assert text.endswith("cat…”.")


def test_markup_in_a_title_stays_as_it_is() -> None:
    told = outline(Case('<b>x</b>\n"y"', 1, 2, ()))
    assert (
        language("en").explanation(told)[0].startswith("“<b>x</b> 'y'” stands first of two items.")
    )


def test_unknown_languages_are_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown language 'fr'. Known: en, zh"):
        language("fr")
