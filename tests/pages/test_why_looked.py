"""What did it look at?: heads, events, words that answered and words that were read."""

import pytest

from tests.pages.seen import MARKED, ask, charts, said
from tests.ui.fake_why import FakeWhy

pytestmark = pytest.mark.usefixtures("patience")


def test_attention_says_that_it_is_no_reason(open_app):
    app = ask(open_app, "looked")
    assert "not why it decided" in app.header[0].value
    assert [trace["type"] for trace in charts(app)[1]["data"]] == ["heatmap"]
    assert said(app, "no better than “the last events”")
    app.selectbox(key="why_head").set_value("2-1").run()
    app.selectbox(key="why_head").set_value("rollout").run()
    assert not app.exception
    assert app.query_params["head"] == "rollout"


def test_a_method_that_failed_is_marked_in_its_pictures(open_app):
    def marks(app):
        titles = [chart["layout"].get("title", {}).get("text", "") for chart in charts(app)]
        return [title for title in titles if title.startswith("⚠")]

    assert len(marks(ask(open_app, "looked"))) == 2  # the bars and how far back each head looks
    assert len(marks(ask(open_app, "here", method="attention"))) == 2  # the weights and the strip
    assert not marks(ask(open_app, "here"))


def test_every_head_and_every_event_is_drawn_and_told_when_its_drawer_is_open(open_app):
    app = ask(open_app, "looked", open="grid", head="2-1", newest="yes")
    assert not app.warning
    assert len(charts(app)) == 3
    app.session_state["attention_every_open"] = True
    app.run()
    table = app.dataframe[0].value
    assert list(table) == ["Layer", "Head", "Event", "Title", "Attention"]
    heads = table.groupby(["Layer", "Head"])["Attention"].sum()
    assert heads.to_numpy() == pytest.approx(1.0, abs=0.01)


def test_words_that_answered_each_other_are_marked_when_asked(open_app):
    app = ask(open_app, "looked", open="words")
    assert charts(app)[-1]["layout"]["xaxis"]["title"]["text"] == "Cosine"
    assert any('<span class="re-passed">A</span>' in each.value for each in app.html)
    assert said(app, "Grey: 1 word of 3 that only hold sentences together")
    text = next(block.value for block in app.html if MARKED in block.value)
    assert text.count("<mark") == 2
    assert "<b>" not in text
    assert any("longer than what the encoder reads" in each.value for each in app.caption)


@pytest.fixture
def reader(monkeypatch) -> str:
    """A ranker that reads the texts."""
    monkeypatch.setattr(FakeWhy, "readers", lambda _: ("popularity",))
    return "popularity"


def test_a_ranker_that_reads_the_texts_shows_titles_first_and_words_when_asked(open_app, reader):
    app = ask(open_app, "looked", ranker=reader, item="112")
    assert len(charts(app)) == 1
    assert said(app, "no better than “the last events”")
    assert not any(MARKED in block.value for block in app.html)
    app = ask(open_app, "looked", ranker=reader, item="112", open="tokens", read="attention")
    text = next(block.value for block in app.html if MARKED in block.value)
    assert text.startswith(f"{MARKED}| ")  # a mark between texts is no word
    assert charts(app)[-1]["layout"]["title"]["text"].startswith("⚠")


def test_what_another_ranker_read_is_offered_beside_the_one_on_show(open_app, reader):
    app = ask(open_app, "looked", item="112", open=f"{reader}~tokens~words")
    assert "Popularity: what it looked at" in {each.label for each in app.expander}
    assert sum(MARKED in block.value for block in app.html) == 2


def test_ranker_without_attention_says_so(open_app):
    app = ask(open_app, "looked", ranker="popularity")
    assert any("Popularity has no attention" in block.value for block in app.markdown)
