import pytest

pytestmark = pytest.mark.usefixtures("engine")
ASK = ("explain", "tiny", "--user", "ann", "--item", "7")


def test_an_explanation_says_whether_its_method_was_tested(recengine):
    assert "Nobody has tested it yet." in recengine(*ASK).out
    answer = recengine(*ASK, "--json").json
    assert answer["trust"]["verdict"] == "not measured"
    assert answer["trust"]["score"] is None
    assert (answer["method_name"], answer["unit"]) == ("exact", "points of score")


def test_an_unknown_method_is_refused_with_the_known_ones(recengine):
    outcome = recengine(*ASK, "--method", "tea-leaves")
    assert outcome.status == 2
    assert "'tea-leaves'" in outcome.err
    assert "Known: exact" in outcome.err


def test_two_questions_at_once_are_refused(recengine):
    outcome = recengine(*ASK, "--not", "--above", "8")
    assert outcome.status == 2
    assert "--above and --not are different questions" in outcome.err


def test_why_above_names_both_items_and_the_difference(recengine):
    answer = recengine(*ASK, "--above", "8", "--json").json
    assert (answer["item_a"], answer["item_b"], answer["difference"]) == ("7", "8", 0.5)
    assert answer["evidence"][0]["label"] == "Overall taste"
    assert "Alien stands higher." in recengine(*ASK, "--above", "8").out


def test_why_not_holds_the_comparison_with_the_last_of_the_list(engine, recengine):
    answer = recengine(*ASK, "--not", "--k", "5", "--json").json
    assert (answer["rank"], answer["in_list"], answer["gap"]) == (12, False, 0.5)
    assert answer["last"]["item_b"] == "8"
    assert engine.requests[-1].k == 5


def test_a_change_is_told_with_the_place_it_leads_to(recengine):
    answer = recengine(*ASK, "--change", "--json").json
    assert (answer["rank_before"], answer["rank_after"], answer["found"]) == (1, 11, True)
    assert answer["changes"] == [{"label": "Without The Thing", "rank_after": 11}]
    assert "Without The Thing" in recengine(*ASK, "--change").out


def test_attention_comes_as_nested_arrays_with_their_shapes_in_words(recengine):
    answer = recengine(*ASK, "--attention", "--json").json
    assert answer["attention"][0][0] == [[1, 0], [0.25, 0.75]]
    assert answer["item_attention"] == [[0.5]]
    assert answer["item_tokens"][0]["label"] == "The Thing"
    assert len(answer["states"]) == 2
    assert "1 x 1 x 2 x 2" in recengine(*ASK, "--attention").out


@pytest.mark.parametrize(
    ("question", "mark"),
    [(("--above", "8"), "exact parts. Not tested yet"),
     (("--not",), "exact parts. Not tested yet"),
     (("--attention",), "attention, last layer. Tested: no better than naming the last events")],
)  # fmt: skip
def test_every_question_ends_with_what_became_of_its_method_in_the_test(recengine, question, mark):
    assert f"Method: {mark}" in recengine(*ASK, *question).out
