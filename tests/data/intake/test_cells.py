import numpy as np
import pandas as pd
import pytest

from recengine.data.intake.cells import (
    clean_text,
    has_formula,
    has_markup,
    numbers,
    plain_text,
    split_categories,
)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pd.Series([" a ", "NaN", None, "NULL", "\\N", "none"]), ["a", "", "", "", "", "none"]),
        (pd.Series([12, 7]), ["12", "7"]),
        (pd.Series([12.0, np.nan]), ["12", ""]),
        (pd.Series([1.5, np.nan]), ["1.5", ""]),
        (pd.Series([np.inf, 1.0]), ["inf", "1.0"]),
        (pd.Series([["a", "b"], None, 3]), ["a, b", "", "3"]),
        (pd.Series([True, False]), ["True", "False"]),
    ],
)
def test_cells_become_plain_text(column, text):
    assert plain_text(column).tolist() == text


def test_numbers_are_finite_or_nothing():
    values = numbers(pd.Series(["4.5", "five", "", "inf", "-1"]))
    assert values[[0, 4]].tolist() == [4.5, -1]
    assert np.isnan(values[1:4]).all()


@pytest.mark.parametrize(
    ("cells", "separator", "names"),
    [
        (["a|b, c", "d"], "", [["a", "b, c"], ["d"]]),
        (["a;b", "c"], "", [["a", "b"], ["c"]]),
        (["a, b", ""], "", [["a", "b"], []]),
        (["a/b, c"], "/", [["a", "b, c"]]),
        (["(no genres listed)", "a|a|"], "", [[], ["a"]]),
        (["['a', 'b']"], "", [["a", "b"]]),
        ([["a", "b"], None, []], "", [["a", "b"], [], []]),
        ([np.array(["a", "b"])], "", [["a", "b"]]),
    ],
)
def test_categories_are_split(cells, separator, names):
    assert split_categories(pd.Series(cells), separator) == names


def test_formulas_are_known_from_ordinary_text():
    bad = ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "-cmd|run", " +HYPERLINK(1)"]
    good = ["-30-", "@midnight", "- a list (short)", "+44 1234", "2+2=4", ""]
    assert has_formula(pd.Series(bad)).all()
    assert not has_formula(pd.Series(good)).any()


def test_markup_is_known_from_ordinary_text():
    assert has_markup(pd.Series(["<b>x</b>", "a &amp; b", "<script>", "&#8230;"])).all()
    assert not has_markup(pd.Series(["I <3 you", "a < b > c", "R&B", "x & y;"])).any()


def test_text_is_cleaned_made_safe_and_cut():
    text = pd.Series(["<b>Café</b> &amp; more", "=1+1", "x" * 20, "plain", "<i>=2</i>"])
    assert clean_text(text, 15).tolist() == [
        "Café & more",
        "'=1+1",
        "x" * 12 + "...",
        "plain",
        "'=2",
    ]
