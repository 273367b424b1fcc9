"""Keywords before and after a moment, read by an encoder made of letters."""

from dataclasses import replace

import numpy as np
import pytest

from recengine.data.progress import silent
from recengine.data.workspace import Workspace
from recengine.encoders.base import ItemEncoder
from recengine.encoders.text import TextTemplate, item_texts
from recengine.engine import Engine
from recengine.engine.interests import keywords
from recengine.errors import ConfigError, DownloadError, UnknownNameError
from recengine.types import Request


class LetterEncoder(ItemEncoder):
    """Gives a text the counts of its letters, and remembers what it was asked to read."""

    name = fingerprint = "letters"
    dim = 26

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts, progress=silent):
        self.read += texts
        progress("Reading", len(texts), len(texts))
        counts = [[text.lower().count(chr(97 + at)) for at in range(26)] for text in texts]
        return np.array(counts, dtype=np.float32) + 0.01


class NoEncoder(LetterEncoder):
    """Cannot be had."""

    def encode(self, texts, progress=silent):  # noqa: ARG002
        self.read += texts
        raise DownloadError("Could not fetch the text encoder (nobody answers). Try again later.")


@pytest.fixture
def shop(engine: Engine, tmp_path) -> Engine:
    """With nothing kept of other tests."""
    return Engine(replace(engine._state, workspace=Workspace(tmp_path / "home")))


def patched(monkeypatch: pytest.MonkeyPatch, encoder: LetterEncoder) -> LetterEncoder:
    monkeypatch.setattr(keywords, "text_encoder", lambda _: encoder)
    return encoder


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> LetterEncoder:
    return patched(monkeypatch, LetterEncoder())


def test_words_of_each_side_stand_in_the_texts_of_its_events(shop: Engine, longest: str) -> None:
    (found,) = shop.interests.keywords(Request(user_id=longest), (20,), k=4)
    assert (found.step, found.encoder) == (20, "letters")
    assert "letters sees nearest" in found.note
    texts = dict(zip(shop.dataset.items["title"], item_texts(shop.dataset, TextTemplate()),
                     strict=True))  # fmt: skip
    chosen = shop.history(longest)["title"].tolist()
    for table, titles in ((found.table, chosen[:20]), (found.later, chosen[20:])):
        assert 1 <= len(table) <= 4
        for row in table.itertuples():
            holders = {title for title in titles if row.word in texts[title].casefold()}
            assert len(holders) == row.items >= 2
            assert set(row.examples) <= holders
    assert found.table["word"].iat[0] in found.sentence
    assert found.later["word"].iat[0] in found.sentence


def test_nothing_follows_the_newest_event(shop: Engine, longest: str) -> None:
    (found,) = shop.interests.keywords(Request(user_id=longest))
    assert found.step == len(shop.history(longest))
    assert found.later.empty
    assert "right after" not in found.sentence


def test_words_are_read_once_and_kept(shop: Engine, encoder: LetterEncoder, longest: str) -> None:
    request = Request(user_id=longest)
    first = shop.interests.keywords(request, (10, 20))
    read = len(encoder.read)
    again = shop.interests.keywords(request, (10, 20))
    assert len(encoder.read) == read == len(set(encoder.read))
    assert [each.sentence for each in first] == [each.sentence for each in again]


def test_events_that_are_switched_off_are_not_read(shop: Engine, longest: str) -> None:
    events = len(shop.history(longest))
    whole, half = (
        shop.interests.keywords(Request(user_id=longest, without=without))[0]
        for without in ((), tuple(range(events // 2 + 1, events + 1)))
    )
    assert half.step == events // 2
    then = shop.interests.keywords(Request(user_id=longest), (events // 2,))[0]
    assert half.table.equals(then.table)
    assert not half.table.equals(whole.table)


def test_without_the_encoder_words_are_counted_and_that_is_said(
    shop: Engine, monkeypatch: pytest.MonkeyPatch, longest: str
) -> None:
    missing = patched(monkeypatch, NoEncoder())
    (found,) = shop.interests.keywords(Request(user_id=longest), (20,))
    assert found.encoder == ""
    assert found.note.startswith("Counted")
    assert "Could not fetch the text encoder (nobody answers)" in found.note
    assert found.table["weight"].max() == 1
    tried = len(missing.read)
    shop.interests.keywords(Request(user_id=longest), (10,))
    assert len(missing.read) == tried  # it may take long to learn that nobody answers


def test_sentences_are_told_in_chinese(shop: Engine, longest: str) -> None:
    (found,) = shop.interests.keywords(Request(user_id=longest), (20,), language_code="zh")
    assert found.sentence.startswith("到第 20 个事件为止的关键词：“")
    assert "；此后：“" in found.sentence


def test_bad_questions_are_refused(shop: Engine, longest: str) -> None:
    request = Request(user_id=longest)
    with pytest.raises(ConfigError, match="after=9999 must be from 1 to"):
        shop.interests.keywords(request, (9_999,))
    with pytest.raises(ConfigError, match="k=0 must be 1 or more"):
        shop.interests.keywords(request, k=0)
    with pytest.raises(UnknownNameError, match="Unknown language 'tlh'"):
        shop.interests.keywords(request, language_code="tlh")
