import pandas as pd
import pytest

import recengine.engine
from recengine.engine.comparison.results import Leaderboard, MetricMeaning
from recengine.engine.feedback.results import FeedbackProof
from recengine.engine.forecasts.measured import ForecastBoard
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeAblations, FakeContexts


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """What the engine was asked to measure; nothing is measured."""
    calls: list[tuple] = []

    def evaluate_rankers(data, rankers, _, **wishes):
        calls.append((data, rankers, wishes))
        row = {
            "ranker": "unified",
            "label": "Everything together",
            "metric": "ndcg@10",
            "value": 0.182,
            "low": 0.177,
            "high": float("nan"),
            "seeds": 3,
            "seconds": 400.0,
            "difference": 0.05,
            "p_holm": 0.001,
            "verdict": "better than Most popular",
        }
        group = {
            "ranker": "unified",
            "slice": "Age",
            "value": "Under 18",
            "people": 7,
            "metric": "ndcg@10",
            "mean": 0.1,
            "low": 0.0,
            "high": 0.3,
            "enough": False,
        }
        return Leaderboard(
            table=pd.DataFrame([row]),
            metrics={"ndcg@10": MetricMeaning("Ranking quality", "High is good.", "higher")},
            slices=pd.DataFrame([group]),
            baseline="popularity",
            facts={"unified": {"version": "0.1.0"}},
            protocol="leave the last out",
            made_with="recengine evaluate tiny",
            sentence="It wins.",
        )

    monkeypatch.setattr(recengine.engine, "evaluate_rankers", evaluate_rankers)
    return calls


def test_all_rankers_are_measured_unless_some_are_named(recengine, asked):
    recengine("evaluate", "tiny")
    recengine("evaluate", "tiny", "--ranker", "unified", "--ranker", "popularity")
    assert [call[1] for call in asked] == [(), ("unified", "popularity")]
    wishes = asked[0][2]
    assert (wishes["seeds"], wishes["against"], wishes["again"]) == ((0,), "", False)


def test_rankers_are_measured_on_the_device_that_was_named(recengine, asked):
    recengine("evaluate", "tiny", "--device", "cuda")
    assert asked[0][2]["device"] == "cuda"


@pytest.mark.parametrize(
    "aspect", ["--feedback", "--forecasts", "--explanations", "--contexts", "--ablations"]
)
def test_only_rankers_are_measured_on_a_gpu(recengine, aspect):
    outcome = recengine("evaluate", "tiny", aspect, "--device", "cuda")
    assert outcome.status == 2
    assert f"--device cuda: what {aspect} measures is made on the processor" in outcome.err


def test_figures_are_printed_with_their_protocol(recengine, asked):
    outcome = recengine("evaluate", "tiny", "--seeds", "0,1,2")
    assert asked[0][2]["seeds"] == (0, 1, 2)
    for told in ("It wins.", "leave the last out", "0.182", "better than Most popular"):
        assert told in outcome.out
    assert "Under 18" not in outcome.out


def test_slices_are_printed_when_asked_for_and_small_ones_say_so(recengine, asked):
    outcome = recengine("evaluate", "tiny", "--slices", "--against", "popularity", "--again")
    assert (asked[0][2]["against"], asked[0][2]["again"]) == ("popularity", True)
    assert "Under 18" in outcome.out
    assert "too few to tell" in outcome.out


def test_json_has_the_whole_table_and_how_it_was_made(recengine, asked):
    answer = recengine("evaluate", "tiny", "--protocol", "P-B", "--json").json
    assert asked[0][2]["protocol"] == "P-B"
    assert answer["table"][0]["low"] == 0.177
    assert answer["table"][0]["high"] is None
    assert answer["metrics"]["ndcg@10"]["better"] == "higher"
    assert answer["facts"]["unified"] == {"version": "0.1.0"}
    assert "slices" not in answer
    assert recengine("evaluate", "tiny", "--slices", "--json").json["slices"][0]["people"] == 7


@pytest.mark.parametrize("seeds", ["", "a", "1,,2", "-1"])
def test_seeds_that_are_no_numbers_are_refused(recengine, seeds):
    outcome = recengine("evaluate", "tiny", f"--seeds={seeds}")
    assert outcome.status == 2
    assert "such as 0,1,2" in outcome.err


def test_feedback_is_proved_instead_when_asked(recengine, monkeypatch):
    calls = []

    def prove_feedback(data, _, **wishes):
        calls.append((data, wishes["rankers"], wishes["people"]))
        row = {"label": "Everything", "arm": "own", "told": 5, "metric": "hr@10", "value": 0.3}
        gains = {"ranker": "unified", "difference": 0.1, "diff_low": 0.05, "diff_high": 0.15}
        return FeedbackProof(
            pd.DataFrame([row | gains]),
            {"unified": {"people": 9}},
            "Rules.",
            "recengine ...",
            "Yes.",
        )

    monkeypatch.setattr("recengine.engine.prove_feedback", prove_feedback, raising=False)
    said = recengine("evaluate", "tiny", "--feedback", "--ranker", "unified", "--people", "9")
    assert said.out.startswith("Yes.")
    assert "Rules." in said.out
    answer = recengine("evaluate", "tiny", "--feedback", "--json").json
    assert answer["facts"] == {"unified": {"people": 9}}
    assert answer["table"][0]["diff_low"] == 0.05
    assert calls == [("tiny", ("unified",), 9), ("tiny", (), 0)]


def test_forecasts_say_in_print_how_often_their_intervals_held(recengine, monkeypatch):
    where = {"method": "gru", "unit": "days"}
    interval = {"low": 0.1, "high": 0.3, "diff_low": -0.1, "diff_high": 0.1}
    board = ForecastBoard(
        {"description": "Asked later", "made_with": "recengine evaluate tiny --forecasts"},
        rows=[where | interval | {"ahead": 0, "metric": "energy", "value": 2.0, "difference": 0.0}],
        skills=[where | interval | {"skill": 0.2, "people": 9}],
        calibration=[
            where | {"ahead": 14, "level": level, "raw": level - 0.1, "calibrated": level + 0.01,
                     "width": level / 10, "answers": 202}
            for level in (0.5, 0.8, 0.95)
        ],
        pit=[where | {"ahead": 14, "bins": [0.05, 0.15, *[0.1] * 8]}],
    )  # fmt: skip
    monkeypatch.setattr("recengine.engine.evaluate_forecasts", lambda *_, **__: board)
    out = recengine("evaluate", "tiny", "--forecasts").out
    line = next(line for line in out.splitlines() if "202" in line)
    assert line.split()[:4] == ["days", "gru", "14", "202"]
    assert "40/70/85" in line
    assert "51/81/96" in line
    assert "5/8/10" in line
    assert "5 15 10 10" in line


def test_moments_are_measured_instead_when_asked(recengine, monkeypatch):
    found = FakeContexts().importance()
    calls = []

    def measure_contexts(data, _, **__):
        calls.append(data)
        return found

    monkeypatch.setattr("recengine.engine.measure_contexts", measure_contexts, raising=False)
    said = recengine("evaluate", "tiny", "--contexts")
    assert said.out.startswith(found.sentence)
    for told in ("Weather", "matters", "no difference we can trust", "share of achievable"):
        assert told in said.out
    answer = recengine("evaluate", "tiny", "--contexts", "--json").json
    assert answer["features"][0]["feature"] == "weather"
    assert {row["way"] for row in answer["overall"]} >= {"known", "unknown", "shuffled"}
    assert calls == ["tiny", "tiny"]


def test_parts_are_left_out_instead_when_asked(recengine, monkeypatch):
    study = FakeAblations(make_dataset()).study()
    calls = []

    def measure_ablations(data, _, *, seeds, ready, progress):
        progress("Asking", 1, 1)
        calls.append((data, seeds, ready))
        return study

    monkeypatch.setattr("recengine.engine.measure_ablations", measure_ablations, raising=False)
    said = recengine("evaluate", "tiny", "--ablations", "--seeds", "0,1")
    assert said.out.startswith(study.sentence[:40])
    for told in ("Dynamic items", "Item texts", "no clear difference", study.made_with):
        assert told in said.out
    answer = recengine("evaluate", "tiny", "--ablations", "--ready", "--json").json
    assert answer["kept"] == [False]
    assert answer["table"][0]["against"] == "Dynamic part off"
    assert calls == [("tiny", (0, 1), False), ("tiny", (0,), True)]


def test_ready_belongs_to_ablations(recengine):
    outcome = recengine("evaluate", "tiny", "--ready")
    assert outcome.status == 2
    assert "--ablations" in outcome.err


def test_one_thing_is_measured_at_a_time(recengine):
    outcome = recengine("evaluate", "fake", "--feedback", "--contexts")
    assert outcome.status == 2
    assert "--feedback and --contexts are measured one at a time" in outcome.err
