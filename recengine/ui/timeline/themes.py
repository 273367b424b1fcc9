"""A timeline in themes: groups of items that the ranker holds to be alike, named by their words."""

from dataclasses import replace

from recengine.engine.results import Timeline
from recengine.ui import theme, widgets
from recengine.ui.timeline.controls import THEMES, Looking
from recengine.ui.view import View

_LABELS = {"name": "Theme", "share": "Share today", "items": "Items", "examples": "Such as"}


def in_themes(view: View, timeline: Timeline) -> Timeline:
    """The same events and dates, with shares and turns of themes."""
    found = view.answers.themes(view.request)
    return replace(
        timeline,
        events=timeline.events.assign(category=list(found.of_events)),
        shares=found.shares,
        turning_points=found.turning_points,
        turns_note=found.turns_note,
        sentence=found.sentence,
    )


def colours(view: View, timeline: Timeline, looking: Looking) -> dict[str, str]:
    """A colour for each interest; a theme that is called like a category has the colour of that.

    Of the others, those that weigh most with this person come first.
    """
    known = dict(view.categories)
    if looking.kind != THEMES:
        return known
    means = timeline.shares.drop(columns="step").mean().sort_values(ascending=False)
    own = {name: known[name] for name in means.index if name in known}
    others = [name for name in means.index if name not in known]
    free = [colour for colour in known.values() if colour not in own.values()]
    return own | theme.spread(others, free, view.palette)


def draw(view: View) -> None:
    """What each theme holds, as a table."""
    found = view.answers.themes(view.request)
    now = found.shares.iloc[-1]
    table = found.themes.assign(
        share=[float(now[name]) for name in found.themes["name"]],
        examples=[", ".join(titles) for titles in found.themes["examples"]],
    )
    table = table.sort_values("share", ascending=False)[list(_LABELS)]
    widgets.numbers(
        table, "themes", _LABELS, "The themes and what they hold", "What the themes hold"
    )
