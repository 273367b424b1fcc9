"""The map: where every item lies for a person now, and where it lay for another question."""

from dataclasses import replace
from typing import Annotated

import typer

from recengine.cli.asking import asked, asks
from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Home, as_context, open_engine
from recengine.cli.output import print_json, print_sentence, print_table
from recengine.errors import ConfigError
from recengine.types import Request


@asks
def item_map(
    data: Data,
    request: Request,
    max_items: Annotated[
        int, typer.Option("--max-items", min=1, help="Draw a fair sample above this number.")
    ] = 20_000,
    from_user: Annotated[
        str, typer.Option("--from-user", metavar="ID", help="Items move from this person's map.")
    ] = "",
    from_context: Annotated[
        list[str] | None,
        typer.Option(
            "--from-context",
            metavar="NAME=VALUE",
            help="Items move from the map of this moment; unknown is a value. Repeat it.",
        ),
    ] = None,
    before_feedback: Annotated[
        bool,
        typer.Option("--before-feedback", help="Items move from where they lay before you spoke."),
    ] = False,
    laid_again: Annotated[
        bool,
        typer.Option("--laid-again", help="Lay the map out anew by the bent vectors; slower."),
    ] = False,
    hold: Annotated[
        list[str] | None,
        typer.Option("--hold", metavar="ITEM_ID", help="Items that stand still; repeat it."),
    ] = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """How does the catalogue look to this person now, and how does it move?

    Items move from the map for everyone, or from that of another question: --from-user,
    --from-context, --before-feedback.

    JSON keys: user_id, context, ranker, feedback, without and muted (if anything is switched off),
    before (the question that items move from, with the same keys; null for everyone), sentence,
    trust (0 to 1: how far neighbours on the map are true neighbours), num_items (size of the
    catalogue), items (item_id, x, y, static_x, static_y, shift, and title, year, category,
    categories, score, rank, trust, role, moved_by, detail: the place of an item in the order in
    which items appear as one looks closer), path (the interest over time: step, x, y), regions
    (label, x, y, size).
    """
    before = _moved_from(request, from_user, from_context, before_feedback)
    answer = open_engine(data, home).item_map(
        request, max_items, before=before, laid_again=laid_again, hold=tuple(hold or ())
    )
    if as_json:
        earlier = None if answer.before is None else asked(answer.before)
        parts = {name: getattr(answer, name) for name in ("items", "path", "regions")}
        facts = {"sentence": answer.sentence, "trust": answer.trust, "num_items": answer.num_items}
        print_json({**asked(answer.request), "before": earlier, **facts, **parts})
        return
    print_sentence(answer.sentence)
    moved = answer.items.sort_values("shift", ascending=False, kind="stable").head(10)
    headings = {"title": "Moved most", "category": "Category", "shift": "Shift"}
    print_table(moved, {**headings, "rank": "Rank", "moved_by": "Moved by"})
    drawn = f"{len(answer.items):,} of {answer.num_items:,} items; map trust {answer.trust:.2f}"
    typer.echo(f"\n{drawn}. All of it: --json")


def _moved_from(
    request: Request, user: str, context: list[str] | None, before_feedback: bool
) -> Request | None:
    """The question from whose map items move; None for the map for everyone.

    Raises:
        ConfigError: nothing was said that could be taken back.
    """
    if before_feedback and not request.feedback:
        raise ConfigError(
            "--before-feedback needs something that was said. Add --more, --less or --not-now."
        )
    if not (user or context or before_feedback):
        return None
    moment = as_context(context) if context else request.context
    if user:  # remarks and event numbers are of the one person
        return Request(user_id=user, context=moment, ranker=request.ranker)
    feedback = () if before_feedback else request.feedback
    return replace(request, context=moment, feedback=feedback)
