"""The engine as commands: what a page shows, a command prints.

Exit status: 0 on success, 2 on a mistake of the person at the keyboard (one line on standard
error), 130 when stopped with Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence

import typer

from recengine.cli import (
    ask,
    audit,
    bench,
    data,
    demo,
    evaluate,
    evolution,
    explain,
    interests,
    item_map,
    models,
    tell,
    texts,
    tune,
)
from recengine.errors import RecEngineError

USER_MISTAKE, INTERRUPTED, BROKEN_PIPE = 2, 130, 141

app = typer.Typer(
    name="recengine",
    help="See a recommender think: recommendations, moving interests, explanations.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


app.command(name="demo")(demo.demo)
app.add_typer(data.app, name="data")
for evolved in (evolution.then, evolution.pair, evolution.groups):
    interests.app.command()(evolved)
app.add_typer(interests.app, name="interests")
for command in (
    models.encode,
    models.train,
    texts.adapt,
    evaluate.evaluate,
    tune.tune,
    texts.texts,
):
    app.command()(command)
app.command()(ask.recommend)
app.command(name="map")(item_map.item_map)
for question in (ask.timeline, explain.explain, ask.compare):
    app.command()(question)
for many in (tell.tell, audit.audit):
    app.command()(many)
app.command(name="bench")(bench.bench)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and give its exit status."""
    try:
        status = app(
            args=list(arguments) or ["--help"], prog_name="recengine", standalone_mode=False
        )
        sys.stdout.flush()
    except RecEngineError as error:
        return _complain(str(error))
    except typer.TyperException as error:
        where = getattr(error, "ctx", None)  # the command that could not be understood
        see = f" See: {where.command_path} --help" if where else ""
        return _complain(error.format_message() + see)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status if isinstance(status, int) else 0


def _complain(message: str) -> int:
    print("recengine:", " ".join(message.split()), file=sys.stderr)
    return USER_MISTAKE


def main() -> None:
    """Entry point of the `recengine` command."""
    sys.exit(run(sys.argv[1:]))
