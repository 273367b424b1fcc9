"""The questions: recommend, timeline, compare. Each is one call of the engine."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recengine.cli.asking import as_request, asked, asks
from recengine.cli.options import (
    DEFAULT_HOME,
    AsJson,
    Contexts,
    Data,
    Home,
    ListLength,
    RankerName,
    User,
    as_context,
    open_engine,
)
from recengine.cli.output import plain, print_json, print_sentence, print_table, strongest
from recengine.errors import ConfigError
from recengine.types import Request

if TYPE_CHECKING:
    from recengine.engine.forecasts.results import FutureTaste


@asks
def recommend(
    data: Data,
    request: Request,
    k: ListLength = 10,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What would this person see now?

    JSON keys: user_id, context, ranker, feedback (pairs of item and "more", "less" or "not-now"),
    without and muted (if anything is switched off), k, sentence, told (what the feedback did),
    candidates (items that were ranked), dynamic (whether item vectors were bent by the moment),
    items (best first: item_id, title, score, rank, year, categories, share_of_best, reason, and the
    parts of the score, part_...).
    """
    engine = open_engine(data, home)
    request = replace(request, k=k)
    answer = engine.recommend(request)
    told = engine.feedback.told(request).sentence if request.feedback else ""
    if as_json:
        print_json(
            {
                **asked(answer.request),
                "k": answer.request.k,
                "sentence": answer.sentence,
                "told": told,
                "candidates": answer.candidates,
                "dynamic": answer.dynamic,
                "items": answer.items,
            }
        )
        return
    print_sentence(answer.sentence)
    if told:
        print_sentence(told)
    headings = {"rank": "#", "title": "Title", "year": "Year", "categories": "Categories"}
    print_table(answer.items, {**headings, "item_id": "Id", "reason": "Because"})


@asks
def timeline(
    data: Data,
    request: Request,
    ahead: Annotated[
        int, typer.Option("--ahead", min=0, help="Also foretell so far; 0 for the past alone.")
    ] = 0,
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="Of --ahead: events or days.")
    ] = "events",
    forecaster: Annotated[
        str, typer.Option("--forecaster", metavar="NAME", help="The best trusted if left out.")
    ] = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How did this person's taste move, and where does it go?

    JSON keys: user_id, context, ranker, feedback, without and muted (if anything is switched off),
    sentence, bulk_dates (true: the history looks typed in, trust event numbers only), date_remarks
    (sentences), events (step, item_id, title, timestamp, event, value, category, drift, and source
    where several platforms were merged), shares (one object a step: share by
    category, summing to 1; the last one after the feedback), path (step, timestamp, x, y),
    turning_points (step, timestamp, from_category, to_category, size, title, cause_item_id,
    first_step and last_step between which it lies with 80 %, certainty, cause_steps, cause_titles),
    turns_note (what to make of it if there are none).
    With --ahead also forecast: method, label, trusted, unit, ahead, sentence, doubt (why the unit
    does not suit this person, mostly empty), shares (ahead, category, mean, low50, high50, ...),
    path (ahead, x, y, radius50, ...), items (what would be recommended then), methods (every
    forecaster with its measured skill), coverage (ahead, answers, raw50, held50, width50, ...,
    pit), coverage_sentence (how often such intervals held what came).
    """
    engine = open_engine(data, home)
    answer = engine.timeline(request)
    future = engine.future.taste(request, ahead, unit, forecaster) if ahead else None
    shares = answer.shares.drop(
        columns="step", errors="ignore"
    )  # the step is the place in the list
    if as_json:
        tables = ("events", "path", "turning_points")
        notes = {"sentence": answer.sentence, "turns_note": answer.turns_note}
        dates = {"bulk_dates": answer.bulk_dates, "date_remarks": answer.date_remarks}
        facts = {**notes, **dates}
        who = {**asked(request), "user_id": answer.user_id}
        rest = {name: getattr(answer, name) for name in tables}
        told = {} if future is None else {"forecast": _foretold(future)}
        print_json({**who, **facts, "shares": shares, **rest, **told})
        return
    print_sentence(answer.sentence)
    if answer.bulk_dates:
        print_sentence("Its dates look typed in at a few sittings: trust event numbers only.")
    for remark in answer.date_remarks:
        print_sentence(remark)
    shown = shares.iloc[_spread(len(shares))]
    interests = [", ".join(strongest(row)) for row in plain(shown)]
    events = answer.events.iloc[shown.index].assign(interests=interests)
    headings = {"step": "#", "title": "After", "source": "Source"}
    print_table(events, {**headings, "interests": "Strongest interests"})
    if len(answer.turning_points):
        typer.echo()
        headings = {"step": "Turn at #", "from_category": "From", "to_category": "To"}
        print_table(answer.turning_points, {**headings, "size": "Size", "title": "With"})
    elif answer.turns_note:
        typer.echo(f"\n{answer.turns_note}")
    if future is not None:
        typer.echo()
        print_sentence(" ".join(filter(None, (future.sentence, future.doubt))))
        last = future.shares[future.shares["ahead"] == future.ahead[-1]]
        headings = {"category": f"In {ahead} {unit}", "mean": "Share", "low80": "From"}
        strong = last.sort_values("mean", ascending=False).head(5)
        print_table(strong, {**headings, "high80": "To (8 of 10)"})
        print_sentence(future.coverage_sentence)
        typer.echo()
        headings = {"rank": "#", "title": "Would be shown", "rank_now": "Place today"}
        print_table(future.items, headings)


def _foretold(future: "FutureTaste") -> dict[str, Any]:
    facts = ("method", "label", "trusted", "unit", "ahead")
    words = ("sentence", "doubt", "coverage_sentence")
    tables = ("shares", "path", "items", "methods", "coverage")
    return {name: getattr(future, name) for name in (*facts, *words, *tables)}


def compare(
    data: Data,
    user: User,
    context: Contexts = None,
    ranker: RankerName = "",
    with_user: Annotated[
        str, typer.Option("--with-user", metavar="ID", help="The other person.")
    ] = "",
    with_context: Annotated[
        list[str] | None,
        typer.Option("--with-context", metavar="NAME=VALUE", help="The other moment; repeat it."),
    ] = None,
    with_ranker: Annotated[
        str, typer.Option("--with-ranker", metavar="NAME", help="The other ranker.")
    ] = "",
    k: ListLength = 10,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What changes with another person, moment or ranker?

    Name what differs with --with-user, --with-context or --with-ranker; the rest stays.

    JSON keys: before and after (user_id, context, ranker, feedback), k, kept (items in both lists),
    sentence, changes (item_id, title, rank_before, rank_after, places).
    """
    if not (with_user or with_context or with_ranker):
        raise ConfigError(
            "Nothing to compare with. Add --with-user ID, --with-context NAME=VALUE or "
            "--with-ranker NAME."
        )
    before = replace(as_request(user, context, ranker), k=k)
    after = Request(
        user_id=with_user or user,
        context=as_context(with_context) if with_context else before.context,
        k=k,
        ranker=with_ranker or ranker,
    )
    engine = open_engine(data, home)
    answer = engine.compare_lists(before, after)
    if as_json:
        both = [
            {**asked(each), "ranker": each.ranker or engine.default_ranker}
            for each in (before, after)
        ]
        facts = {"k": k, "kept": answer.kept, "sentence": answer.sentence}
        print_json({"before": both[0], "after": both[1], **facts, "changes": answer.changes})
        return
    print_sentence(answer.sentence)
    headings = {"title": "Title", "rank_before": "Before", "rank_after": "After"}
    print_table(answer.changes, {**headings, "places": "Places"})


def _spread(count: int, most: int = 12) -> list[int]:
    """Some positions evenly over a history, the last one included."""
    step = max(1, -(-count // most))
    return list(range(count - 1, -1, -step))[::-1]
