"""Rewording with a writer that says what the test wants; the check decides what is shown."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from recengine.data.workspace import Workspace, read_json
from recengine.encoders.generator import Generator
from recengine.engine import Engine
from recengine.engine.state import State
from recengine.engine.telling.results import Told
from recengine.engine.telling.topic import Telling
from recengine.engine.telling.writing import measured_share
from recengine.errors import ConfigError
from recengine.types import Request

Says = Callable[[str], str]


@pytest.fixture
def telling(state: State, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Says], Telling]:
    own = replace(state, workspace=Workspace(tmp_path / "home"))
    asked: list[str] = []

    def make(says: Says) -> Telling:
        def answer(_self: object, conversation, _seed: int = 0) -> str:
            asked.append(conversation[-1][1])
            return says(conversation[-1][1])

        monkeypatch.setattr(Generator, "load", lambda *_: None)
        monkeypatch.setattr(Generator, "answer", answer)
        made = Telling(own)
        made.asked = asked
        return made

    return make


@pytest.fixture
def told(engine: Engine, request_now: Request) -> Told:
    item_id = engine.recommend(request_now).items["item_id"].iat[0]
    return engine.telling.explanation(engine.explain(request_now, item_id))


def test_what_keeps_to_the_evidence_is_shown_and_kept(telling, told: Told) -> None:
    writes = telling(lambda given: f"Overall, {given[:1].lower()}{given[1:]}")
    assert writes.kept_rewriting(told) is None
    first = writes.rewrite(told)
    assert first.text
    assert not first.refused
    assert writes.rewrite(told) == first == writes.kept_rewriting(told)
    assert len(writes.asked) == 1


def test_what_was_invented_is_refused_and_never_shown(telling, told: Told) -> None:
    found = telling(lambda given: f"{given} Directed by Stanley Kubrick in 1968.").rewrite(told)
    assert found.text == ""
    assert "Stanley Kubrick" in found.refused
    assert {"1968", "Stanley Kubrick"} <= set(found.invented)
    assert "evidence does not hold" in found.reason


def test_another_item_of_the_catalogue_is_an_invention(telling, told: Told, engine: Engine) -> None:
    titles = [t for t in engine.dataset.items["title"] if len(t.split()) > 1 and t not in told.text]
    found = telling(lambda given: f"{given} It is like {titles[0].lower()}.").rewrite(told)
    assert titles[0] in found.invented


def test_only_english_is_reworded(telling, told: Told) -> None:
    with pytest.raises(ConfigError, match="Only English texts"):
        telling(str).rewrite(replace(told, language="zh"))


def test_another_writer_is_asked_by_name_and_keeps_its_own(telling, told: Told) -> None:
    writes = telling(str)
    writes.rewrite(told)
    assert writes.writers == (writes.writer,)
    assert writes.kept_rewriting(told, "someone/else") is None  # nothing is fetched to know that
    assert writes.writer_quality("someone/else") == ""
    named = writes._writers.named
    assert named("a") is named("a") is not named("b")
    assert named(writes.writer) is named("") is writes._writers.own


def test_a_folder_without_a_model_has_written_nothing(telling, told: Told, tmp_path) -> None:
    assert telling(str).kept_rewriting(told, str(tmp_path)) is None


def test_damaged_texts_are_written_again(telling, told: Told) -> None:
    writes = telling(str)
    writes.rewrite(told)
    for path in writes._state.workspace.folder("written").iterdir():
        path.write_text("{")
    assert writes.kept_rewriting(told) is None
    assert writes.rewrite(told).text == told.text


def test_the_share_that_passes_is_measured_with_its_interval(telling) -> None:
    writes = telling(lambda given: given if given.count("(") != 1 else "Made by Nobody Real.")
    report = writes.measure_writer(texts=8, seed=1)
    assert report.asked == len(report.table) == 8
    assert report.passed == report.table["passed"].sum()
    assert 0 <= report.low <= report.share <= report.high <= 1
    kept = read_json(writes._state.workspace.folder("results") / "storefront_40x60_1-writer.json")
    assert kept["passed"] == report.passed
    assert measured_share(writes._state)["share"] == report.share
    assert "given" not in kept["rows"][0]
    assert writes.writer_quality() == report.sentence
