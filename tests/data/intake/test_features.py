import pytest

from recengine.data.intake.features import take_features


def test_words_become_choices_and_many_numbers_become_ranges(raw):
    table = raw(weather=["rain", "sunny"] * 20, price=[str(n) for n in range(40)])
    kept, features, problems = take_features(table.frame, ["weather", "price"], [], table)
    assert features[0].values == ("rain", "sunny")
    assert len(features[1].values) == 8
    assert features[1].code("0") == 1
    assert list(kept.columns) == ["weather", "price"]
    assert problems == []


def test_few_numbers_are_choices(raw):
    table = raw(stars=["1", "2", "1", ""])
    _, (feature,), _ = take_features(table.frame, ["stars"], [], table)
    assert (feature.values, feature.edges) == (("1", "2"), ())


def test_names_are_made_fit_for_commands(raw):
    table = raw(**{"short desc": ["a", "b"]})
    kept, (feature,), _ = take_features(table.frame, ["short desc"], [], table)
    assert feature.name == "short_desc"
    assert list(kept.columns) == ["short_desc"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["same"] * 300, "It is the same everywhere"),
        ([""] * 300, "It is the same everywhere, or empty"),
        ([f"word {n}" for n in range(300)], "has 300 different values"),
    ],
)
def test_columns_that_offer_no_choice_are_left_out_with_the_reason(raw, cells, reason):
    table = raw(note=cells)
    kept, features, (problem,) = take_features(table.frame, ["note"], [], table)
    assert features == ()
    assert kept.empty
    assert reason in problem.advice
    assert problem.severity == "warning"


def test_a_name_that_is_taken_is_left_out(raw):
    table = raw(value=["a", "b"])
    _, features, (problem,) = take_features(table.frame, ["value"], ["value"], table)
    assert features == ()
    assert "name is that of another column" in problem.advice


def test_a_cell_as_long_as_a_book_is_unknown_and_reported(raw):
    table = raw(weather=["rain", "x" * 10_001, "sunny"])
    kept, (feature,), (problem,) = take_features(table.frame, ["weather"], [], table)
    assert feature.values == ("rain", "sunny")
    assert list(feature.codes(kept["weather"])) == [1, 0, 2]
    assert problem.rows == (3,)
