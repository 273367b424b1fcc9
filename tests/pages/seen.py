"""What a page drew and said, as its tests read it; and the questions of the page Why this?."""

import json

MARKED = '<p class="re-marked">'  # begins a text with marked words


def drawn(app):
    """What the map in the browser was told, its tables left out."""
    return json.loads(app.get("bidi_component")[0].proto.mixed.json)


def charts(app):
    """Every figure of Plotly, as it was sent."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def markup(app):
    """All HTML of the page."""
    return " ".join(block.body for block in app.get("html"))


def said(app, words):
    """Whether a text on the page holds some words, whatever Markdown has to be kept from."""
    return any(words in each.value.replace("\\", "") for each in [*app.markdown, *app.caption])


def ask(open_app, question, engine=None, **address):
    """The page Why this? with one of its questions, in good health."""
    load = None if engine is None else (lambda *_: engine)
    app = open_app("why", load=load, question=question, **{"user": "full", **address})
    assert not app.exception
    return app
