"""Arguments and options that several commands share, and the engine they open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import platformdirs
import typer

from recengine.cli.output import ProgressLines
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError
from recengine.types import LESS, MORE, NOT_NOW, Request, read_steps

if TYPE_CHECKING:
    from recengine.engine import Engine

Data = Annotated[
    str, typer.Argument(metavar="DATA", help="Built-in dataset, or folder or file of your own.")
]
User = Annotated[str, typer.Option("--user", metavar="ID", help="Whom to ask for.")]
Contexts = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        metavar="NAME=VALUE",
        help="The moment, one feature at a time; repeat it. What is not named is unknown.",
    ),
]
More = Annotated[
    list[str] | None,
    typer.Option("--more", metavar="ITEM_ID", help="Said in this session: more like this."),
]
Less = Annotated[
    list[str] | None,
    typer.Option("--less", metavar="ITEM_ID", help="Said in this session: less like this."),
]
NotNow = Annotated[
    list[str] | None,
    typer.Option("--not-now", metavar="ITEM_ID", help="Said in this session: hide it for now."),
]
RankerName = Annotated[
    str, typer.Option("--ranker", metavar="NAME", help="Ranker; the dataset's best if left out.")
]
Without = Annotated[
    str,
    typer.Option(
        "--without",
        metavar="NUMBERS",
        help="Events not to count, by their number, oldest first, such as 3,17,20-25.",
    ),
]
Muted = Annotated[
    list[str] | None,
    typer.Option(
        "--mute",
        metavar="INTEREST",
        help="A category that is switched off: its events do not count, its items are not "
        "offered; repeat it.",
    ),
]
ListLength = Annotated[int, typer.Option("--k", min=1, help="Length of the list.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Home = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="RECENGINE_HOME",
        metavar="FOLDER",
        help="Where everything fetched or computed is kept.",
    ),
]
DEFAULT_HOME = platformdirs.user_data_path("recengine")


def open_engine(data: str, home: Path) -> Engine:
    """Prepare what is missing, showing how far it is, then load."""
    from recengine.engine import Engine  # torch takes seconds: --help must not wait for it

    with ProgressLines() as progress:
        return Engine.open(data, Workspace(home), progress=progress)


def as_request(
    user: str,
    contexts: Sequence[str] | None,
    ranker: str = "",
    k: int = 10,
    feedback: tuple[tuple[str, str], ...] = (),
    without: str = "",
    muted: Sequence[str] | None = None,
) -> Request:
    """The request that the options describe."""
    return Request(
        user_id=user,
        context=as_context(contexts),
        k=k,
        ranker=ranker,
        feedback=feedback,
        without=read_steps(without),
        muted=tuple(dict.fromkeys(muted or ())),
    )


def as_feedback(
    more: Sequence[str] | None, less: Sequence[str] | None, not_now: Sequence[str] | None
) -> tuple[tuple[str, str], ...]:
    """What was said in this session.

    Raises:
        ConfigError: two things about one item.
    """
    said = [(item, MORE) for item in more or ()]
    said += [(item, LESS) for item in less or ()]
    said += [(item, NOT_NOW) for item in not_now or ()]
    items = [item for item, _ in said]
    twice = next((item for item in items if items.count(item) > 1), None)
    if twice is not None:
        raise ConfigError(
            f"Item {twice!r} is named twice among --more, --less and --not-now. Keep one of them."
        )
    return tuple(said)


def as_context(contexts: Sequence[str] | None) -> dict[str, str]:
    """Context features from their NAME=VALUE form.

    Raises:
        ConfigError: not of that form, or one feature twice.
    """
    chosen: dict[str, str] = {}
    for text in contexts or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise ConfigError(
                f"--context {text!r} must have the form NAME=VALUE, such as part_of_day=evening."
            )
        if name in chosen:
            raise ConfigError(f"--context names {name!r} twice. Keep one of the two.")
        chosen[name] = value
    return chosen


def asked(request: Request) -> dict[str, Any]:
    """A request as the first keys of a JSON answer; what is switched off only if something is."""
    edits = {"without": request.without, "muted": request.muted} if request.edited else {}
    who = {"user_id": request.user_id, "context": request.context, "ranker": request.ranker}
    return {**who, "feedback": [list(pair) for pair in request.feedback], **edits}
