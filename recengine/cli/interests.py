"""More on interests over time than the timeline tells."""

from typing import Annotated

import pandas as pd
import typer

from recengine.cli.asking import Muted, Without, as_request
from recengine.cli.options import (
    DEFAULT_HOME,
    AsJson,
    Data,
    Home,
    RankerName,
    User,
    open_engine,
)
from recengine.cli.output import (
    ProgressLines,
    plain,
    print_json,
    print_sentence,
    print_table,
    strongest,
)
from recengine.data.workspace import Workspace
from recengine.types import Request

app = typer.Typer(
    help="Interests over time: by calendar, themes, words, as of then, of two people, of groups.",
    rich_markup_mode=None,
)
_SHOWN = 24  # moments of a table for people


@app.command()
def calendar(
    data: Data,
    user: User,
    period: Annotated[
        str, typer.Option("--period", help="day, week, month, quarter or year; left out: it suits.")
    ] = "",
    stale_days: Annotated[
        float, typer.Option("--stale-days", min=1, help="Silence after which nothing is known.")
    ] = 90,
    ranker: RankerName = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What were this person's interests at regular moments?

    Each moment has the last known interest and its age; nothing is invented in a silence.

    JSON keys: user_id, ranker, period, sentence, moments (timestamp, step, age_days, events,
    known), shares (one object a moment: share by category, summing to 1; null in a silence).
    """
    engine = open_engine(data, home)
    answer = engine.interests.calendar(Request(user_id=user, ranker=ranker), period, stale_days)
    if as_json:
        asked = {"user_id": user, "ranker": ranker, "period": answer.period}
        parts = {"sentence": answer.sentence, "moments": answer.table, "shares": answer.shares}
        print_json({**asked, **parts})
        return
    print_sentence(answer.sentence)
    table = answer.table.tail(_SHOWN)
    shares = plain(answer.shares.loc[table.index])
    interests = [
        ", ".join(strongest(row)) if known else "nothing known"
        for row, known in zip(shares, table["known"], strict=True)
    ]
    days = [f"{age:.0f}" for age in table["age_days"]]
    ends = pd.to_datetime(table["timestamp"], unit="s", utc=True)
    dates = ends.dt.tz_convert(engine.dataset.timezone).dt.strftime("%Y-%m-%d")
    table = table.assign(interests=interests, age_days=days, timestamp=dates)
    headings = {"timestamp": "End of period", "events": "Events", "age_days": "Days since the last"}
    print_table(table, {**headings, "interests": "Strongest interests"})


@app.command()
def themes(
    data: Data,
    user: User,
    ranker: RankerName = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Which themes, named by the words of their items, does this person care for?

    JSON keys: user_id, ranker, sentence, themes (name, items, examples), shares (one object a step:
    share by theme, summing to 1), turning_points (as of the timeline, between themes), turns_note.
    """
    answer = open_engine(data, home).interests.themes(Request(user_id=user, ranker=ranker))
    shares = answer.shares.drop(columns="step", errors="ignore")
    if as_json:
        tables = {
            "themes": answer.themes,
            "shares": shares,
            "turning_points": answer.turning_points,
        }
        facts = {"sentence": answer.sentence, "turns_note": answer.turns_note}
        print_json({"user_id": user, "ranker": ranker, **facts, **tables})
        return
    print_sentence(answer.sentence)
    now = shares.iloc[-1] if len(shares) else shares.sum()
    table = answer.themes.assign(share=[f"{now[name]:.0%}" for name in answer.themes["name"]])
    print_table(table, {"name": "Theme", "share": "Today", "items": "Items", "examples": "Such as"})
    if answer.turns_note:
        typer.echo(f"\n{answer.turns_note}")


@app.command()
def keywords(
    data: Data,
    user: User,
    after: Annotated[
        int, typer.Option("--after", min=0, help="The moment after so many events; 0 is all.")
    ] = 0,
    k: Annotated[int, typer.Option("--k", min=1, help="Words on each side of it.")] = 6,
    language: Annotated[str, typer.Option("--language", help="Of the sentence: en or zh.")] = "en",
    without: Without = "",
    mute: Muted = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Which words tell what this person chose up to a moment, and right after it?

    The text encoder picks them; where it is not at hand, words are counted, and that is said.

    JSON keys: user_id, step, sentence, encoder ("" where words are counted), note (how they were
    chosen), table (up to the moment) and later (after it): word, weight, items, examples.
    """
    request = as_request(user, without=without, mute=mute)
    engine = open_engine(data, home)
    with ProgressLines() as progress:
        (answer,) = engine.interests.keywords(request, (after,), k, language, progress)
    if as_json:
        print_json(vars(answer))
        return
    print_sentence(answer.sentence)
    headings = {"word": "Word", "weight": "Weight", "items": "Items", "examples": "Such as"}
    print_table(answer.table, {**headings, "word": f"Up to event {answer.step:,}"})
    if len(answer.later):
        print_table(answer.later, {**headings, "word": "Right after it"})
    typer.echo(f"\n{answer.note}")


@app.command()
def show(
    data: Data,
    user: User,
    ranker: RankerName = "",
    without: Without = "",
    mute: Muted = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Which interests are known of this person, and what does switching some off change?

    JSON keys: user_id, ranker, without, muted, interests (interest, share, events, muted), events
    (number, item_id, title, year, categories, timestamp, event, value, counts, because), sentence
    and changes (item_id, title, rank_before, rank_after, places) of the list.
    """
    engine = open_engine(data, home)
    request = as_request(user, ranker=ranker, without=without, mute=mute)
    interests, events = engine.control.interests(request), engine.control.events(request)
    change = engine.control.change(request)
    if as_json:
        asked = {name: getattr(request, name) for name in ("user_id", "ranker", "without", "muted")}
        parts = {"interests": interests, "events": events, "sentence": change.sentence}
        print_json({**asked, **parts, "changes": change.changes})
        return
    print_sentence(change.sentence)
    shares = ["" if pd.isna(value) else f"{value:.0%}" for value in interests["share"]]
    headings = {"interest": "Interest", "share": "Today", "events": "Events", "muted": "Off"}
    print_table(interests.assign(share=shares), headings)
    typer.echo(f"\n{int(events['counts'].sum()):,} of {len(events):,} events count.")


@app.command()
def measure(
    data: Data,
    people: Annotated[
        int, typer.Option("--people", min=0, help="How many, drawn at random; 0 for all.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the draw and the shuffles.")] = 0,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How far can turning points be trusted on this data? Keeps the figures for the timeline.

    JSON keys: dataset, data_fingerprint, made_with, seed, people, with_turn, with_turn_if_shuffled
    (false alarms: parts of the people), against_truth (where the truth is known: group, tolerance,
    people, jumps, found, recall, precision, strict_precision, ceiling), sentence.
    """
    from recengine.engine.interests.turn_measuring import measure_turns
    from recengine.engine.interests.turn_words import turn_sentence  # torch takes seconds

    with ProgressLines() as progress:
        result = measure_turns(data, Workspace(home), people=people, seed=seed, progress=progress)
    if as_json:
        print_json({**result, "sentence": turn_sentence(result)})
        return
    print_sentence(turn_sentence(result))
    if result["against_truth"]:
        table = pd.DataFrame(result["against_truth"]).round(3)
        print_table(table, {name: name.replace("_", " ").capitalize() for name in table})
