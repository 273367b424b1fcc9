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
    change = answer["changes"][0]
    assert (change["label"], change["rank_after"]) == ("Without The Thing", 11)
    assert "Without The Thing" in recengine(*ASK, "--change").out


def test_attention_comes_as_nested_arrays_with_their_shapes_in_words(recengine):
    answer = recengine(*ASK, "--attention", "--json").json
    assert answer["attention"][0][0] == [[1, 0], [0.25, 0.75]]
    assert answer["item_attention"] == [[0.5]]
    assert answer["item_tokens"][0]["label"] == "The Thing"
    assert len(answer["states"]) == 2
    assert "1 x 1 x 2 x 2" in recengine(*ASK, "--attention").out


def test_words_come_with_the_text_and_where_each_stands(recengine):
    answer = recengine(*ASK, "--words", "--json").json
    assert answer["text"] == [{"position": 0, "word": "alien", "weight": 0.5, "kind": "item"}]
    assert answer["evidence"][0]["title"] == "The Thing"
    assert (answer["adds_up"], answer["total"], answer["trust"]) == (False, None, None)


def test_every_question_gives_the_same_keys_and_says_what_weights_sum_to(recengine):
    common = {"item_id", "title", "score", "rank", "evidence", "total", "adds_up", "unit", "method"}
    for question in ((), ("--above", "8"), ("--not",), ("--change",), ("--words",)):
        answer = recengine(*ASK, *question, "--json").json
        assert common | {"sentence", "method_name", "trust"} <= set(answer)
        keys = {"kind", "label", "weight", "item_id", "step", "detail"}
        assert all(keys <= set(one) for one in answer["evidence"])
        weights = [one["weight"] for one in answer["evidence"]]
        assert answer["total"] is None or sum(weights) == pytest.approx(answer["total"])


def test_a_difference_keeps_the_name_of_its_question(recengine):
    answer = recengine(*ASK, "--not", "--json").json
    for rows in (answer["against"] + answer["in_favour"], answer["last"]["evidence"]):
        assert [one["difference"] for one in rows] == [0.5]
    assert answer["in_favour"][0]["weight_b"] == 1.5


@pytest.mark.parametrize(
    ("question", "mark"),
    [(("--above", "8"), "exact parts. Not tested yet"),
     (("--not",), "exact parts. Not tested yet"),
     (("--words", "--method", "rollout"), "exact parts. Tested: no better than naming the last"),
     (("--attention",), "attention, last layer. Tested: no better than naming the last events")],
)  # fmt: skip
def test_every_question_ends_with_what_became_of_its_method_in_the_test(recengine, question, mark):
    assert f"Method: {mark}" in recengine(*ASK, *question).out
