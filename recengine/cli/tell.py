"""In words: an explanation, an item for somebody, the words of an interest; reworded if asked."""

from typing import TYPE_CHECKING, Annotated

import typer

from recengine.cli.asking import as_request
from recengine.cli.options import (
    DEFAULT_HOME,
    AsJson,
    Contexts,
    Data,
    Home,
    RankerName,
    Writer,
    open_engine,
)
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table, print_trust
from recengine.errors import ConfigError

if TYPE_CHECKING:
    from recengine.engine import Engine


def tell(
    data: Data,
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whom to ask for.")] = "",
    item: Annotated[
        str, typer.Option("--item", metavar="ITEM_ID", help="Explain this one; else keywords.")
    ] = "",
    describe: Annotated[
        bool, typer.Option("--describe", help="Describe the item for this person's interests.")
    ] = False,
    step: Annotated[
        int, typer.Option("--step", min=0, help="Keywords after so many events; 0 is all.")
    ] = 0,
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "en",
    reword: Annotated[
        bool, typer.Option("--reword", help="Let a small language model reword it, and check it.")
    ] = False,
    measure: Annotated[
        int, typer.Option("--measure", min=0, help="Reword so many texts; how many pass?")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Whose texts are measured.")] = 0,
    writer: Writer = "",
    context: Contexts = None,
    ranker: RankerName = "",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Say in words why an item is there, what it is to somebody, or what somebody likes.

    Without --item: the keywords of the interest of --user. With --measure instead of --user: the
    share of reworded texts that may be shown, kept as results.

    JSON keys: of an item: item_id, language, text, sentences, against, required, method, trust (as
    in explain), and with --reword reworded (text, refused, reason, invented, model, seconds); of
    keywords: user_id, step, sentence, table (word, weight, items, examples); of --measure: asked,
    passed, share, low, high, model, made_with, sentence, table (user_id, item_id, kind, passed,
    reason, invented, seconds, given, written).
    """
    if bool(measure) == bool(user):
        raise ConfigError(
            "Name a person with --user ID, or measure with --measure N: one of the two."
        )
    if writer and not (reword or measure):
        raise ConfigError("--writer names who rewords. Add --reword or --measure N, or leave it.")
    engine = open_engine(data, home, writer)
    if measure:
        _measure(engine, measure, seed, ranker, as_json)
        return
    request = as_request(user, context, ranker)
    if not item:
        keywords = engine.telling.keywords(request, step, language_code=language)
        if as_json:
            print_json(vars(keywords))
            return
        print_sentence(keywords.sentence)
        headings = {"word": "Word", "weight": "Weight", "items": "Items", "examples": "Such as"}
        print_table(keywords.table, headings)
        return
    explained = engine.why.explain(request, item)
    told = (engine.telling.description if describe else engine.telling.explanation)(
        explained, language
    )
    reworded = None
    if reword:
        with ProgressLines() as progress:
            reworded = engine.telling.rewrite(told, progress)
    if as_json:
        facts = {"method": explained.method_name, "trust": explained.trust}
        print_json({**vars(told), **facts, **({"reworded": reworded} if reworded else {})})
        return
    print_sentence(told.text)
    if reworded:
        from recengine.engine.telling.results import GENERATED

        typer.echo(
            f"\n{reworded.text} [{GENERATED}, by {reworded.model}]"
            if reworded.text
            else f"\nWhat {reworded.model} wrote is not shown: {reworded.reason}"
        )
    print_trust(explained.method, explained.trust)


def _measure(engine: "Engine", texts: int, seed: int, ranker: str, as_json: bool) -> None:
    with ProgressLines() as progress:
        report = engine.telling.measure_writer(texts, seed, ranker, progress)
    if as_json:
        print_json(vars(report))
        return
    print_sentence(report.sentence)
    headings = {"kind": "Text", "passed": "Passed", "reason": "Why not", "written": "Written"}
    print_table(report.table, headings)
    typer.echo(f"\n{report.made_with}")
