"""The timeline in words: what a taste was called before and after each turn."""


def words(app):
    """What stands of the words of a taste."""
    return [each.proto.body for each in app.get("html") if '"re-words"' in each.proto.body]


def test_each_turn_and_the_chosen_moment_have_their_words(open_app):
    app = open_app("timeline", user="full", at="30")
    assert not app.exception
    (told,) = words(app)
    assert "1 · Drama → Film-Noir" in told
    assert "<b>Event 30</b>" in told
    assert told.count("<b>dark city</b>") == 3  # after two turns, and after the moment
    assert 'title="Heat &lt;b&gt;"' in told
    assert any("as tiny reads them" in caption.value for caption in app.caption)


def test_today_has_words_and_nothing_after_them(open_app):
    (told,) = words(open_app("timeline", user="short"))
    assert "<b>Today</b>" in told
    assert ">Now<" in told
    assert "After" not in told.split("<b>Today</b>")[1]


def test_ones_own_data_is_told_in_words(open_app):
    app = open_app("timeline", user="full", view="mine")
    assert any(">In words<" in each.proto.body for each in app.get("html"))
