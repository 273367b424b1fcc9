"""Words from the data cannot break a page, a link or a spreadsheet."""

import html

import pandas as pd
import pytest

from recengine.ui import text

HOSTILE = (
    "<script>alert(1)</script>",
    "**bold** _it_ `code` [a](https://example.org) ![x](y)",
    "$x^2$ and :material/home: and :red[loud] ~~gone~~",
    "=cmd()|'calc'!A1",
    "# heading\n- list\n1. one",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_plain_leaves_no_character_that_markdown_acts_on(hostile):
    shown = text.plain(hostile)
    for place, character in enumerate(shown):
        if character in "*_`[]<>$:~#=":
            assert shown[place - 1] == "\\"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_reads_back_as_what_it_was(hostile):
    shown = text.markup(hostile)
    assert "<" not in shown
    assert '"' not in shown
    assert html.unescape(shown) == text.one_line(hostile)


def test_long_titles_are_cut():
    assert len(text.one_line("x" * 10_000_000)) == text.MAX_TITLE_LENGTH


def test_csv_has_no_formula_in_cells_or_headings():
    table = pd.DataFrame({"=title": ["=1+1", "+1", "-1", "@x", "\tx", "fine"], "n": [-1.5] * 6})
    lines = text.safe_csv(table).splitlines()
    assert lines[0] == "'=title,n"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "'=1+1", "'+1", "'-1", "'@x", "'\tx", "fine",
    ]  # fmt: skip
    assert lines[1].endswith(",-1.5")


def test_lists_become_words_in_csv():
    assert text.safe_csv(pd.DataFrame({"c": [["Drama", "War"]]})) == 'c\n"Drama, War"\n'


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "one day"), (10, "10 days"), (30, "4 weeks"), (300, "10 months"), (950, "2.6 years")],
)
def test_span_is_said_in_the_unit_people_would_use(days, said):
    assert text.span(0, days * 86_400) == said


def test_count_knows_singular_and_plural():
    assert text.count(1, "person", "people") == "1 person"
    assert text.count(1204, "person", "people") == "1,204 people"


def test_share_never_claims_zero_for_a_little():
    assert text.share(0.004) == "<1%"
    assert text.share(0.0) == "0%"
    assert text.share(0.337) == "34%"


def test_a_stretch_within_one_day_is_that_day():
    assert text.days(86_400, 86_500) == "2 Jan 1970"
    assert text.days(86_400, 3 * 86_400) == "2 Jan 1970 to 4 Jan 1970"
