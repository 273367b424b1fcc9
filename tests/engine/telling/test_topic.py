import pytest

from recengine.engine import Engine
from recengine.errors import ConfigError, UnknownNameError
from recengine.explanations.words import check
from recengine.types import Request

RANKERS = ["unified", "recency-ease", "text-cosine", "popularity"]


@pytest.mark.parametrize("ranker", RANKERS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_ranker_is_told_in_every_language(
    engine: Engine, request_now: Request, ranker: str, language: str
) -> None:
    request = Request(**{**vars(request_now), "ranker": ranker})
    item_id = engine.recommend(request).items["item_id"].iat[2]
    explained = engine.explain(request, item_id)
    told = engine.telling.explanation(explained, language)
    assert 1 <= len(told.sentences) <= 3
    assert explained.title in told.text
    assert ("third" if language == "en" else "第 3") in told.text


def test_what_is_told_passes_its_own_check(engine: Engine, request_now: Request) -> None:
    titles = engine.dataset.items["title"].tolist()
    for row in engine.recommend(request_now).items.itertuples():
        explained = engine.explain(request_now, row.item_id)
        for told in (engine.telling.explanation(explained), engine.telling.description(explained)):
            assert check(told.text, [told.text], against=told.against, others=titles).passed


def test_an_item_already_seen_is_told_as_such(engine: Engine, request_now: Request) -> None:
    seen = engine.history(request_now.user_id)["item_id"].iat[0]
    assert "chosen before" in engine.telling.explanation(engine.explain(request_now, seen)).text


def test_a_description_names_the_interest(engine: Engine, request_now: Request) -> None:
    item_id = engine.recommend(request_now).items["item_id"].iat[0]
    told = engine.telling.description(engine.explain(request_now, item_id))
    strongest = next(iter(engine.person(request_now.user_id).interests))
    row = engine.dataset.items.set_index("item_id").loc[item_id]
    if strongest in row["categories"]:
        assert f"your taste for {strongest}" in told.text
    assert row["title"] in told.text


def test_keywords_are_words_of_the_items_near_the_interest(
    engine: Engine, request_now: Request
) -> None:
    found = engine.telling.keywords(request_now, k=5)
    assert found.step == len(engine.history(request_now.user_id))
    assert 1 <= len(found.table) <= 5
    assert found.table["weight"].iat[0] == 1
    assert found.table["word"].iat[0] in found.sentence
    texts = engine.dataset.items.set_index("title")
    for row in found.table.itertuples():
        for title in row.examples:
            item = texts.loc[title]
            whole = f"{title} {item['description']} {' '.join(item['categories'])}".casefold()
            assert row.word in whole


def test_keywords_of_an_earlier_time_are_others_and_always_the_same(
    engine: Engine, request_now: Request
) -> None:
    early, again, late = (
        engine.telling.keywords(request_now, step=step).table["word"].tolist() for step in (2, 2, 0)
    )
    assert early == again
    assert early != late


def test_somebody_without_events_has_keywords_too(engine: Engine) -> None:
    lengths = engine.dataset.log.lengths
    nobody = [str(u) for u, n in zip(engine.dataset.user_ids, lengths, strict=True) if n == 0]
    if not nobody:
        pytest.skip("everybody in this shop has events")
    assert engine.telling.keywords(Request(user_id=nobody[0])).step == 0


@pytest.mark.parametrize("step", [-1, 10_000])
def test_a_time_outside_the_history_is_refused(
    engine: Engine, request_now: Request, step: int
) -> None:
    with pytest.raises(ConfigError, match="the number of this person's events"):
        engine.telling.keywords(request_now, step=step)


def test_unknown_languages_and_empty_lists_are_refused(
    engine: Engine, request_now: Request
) -> None:
    with pytest.raises(UnknownNameError, match="Unknown language 'tlh'"):
        engine.telling.keywords(request_now, language_code="tlh")
    with pytest.raises(ConfigError, match="k=0 must be 1 or more"):
        engine.telling.keywords(request_now, k=0)
