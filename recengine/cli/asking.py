"""The options that make up a request, given to every command that takes one."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from recengine.cli.options import Contexts, RankerName, User, as_context
from recengine.errors import ConfigError
from recengine.types import LESS, MORE, NOT_NOW, Request, read_steps

Items = list[str] | None
More = Annotated[
    Items, typer.Option("--more", metavar="ITEM_ID", help="Said in this session: more like this.")
]
Less = Annotated[
    Items, typer.Option("--less", metavar="ITEM_ID", help="Said in this session: less like this.")
]
NotNow = Annotated[
    Items, typer.Option("--not-now", metavar="ITEM_ID", help="Said in this session: not now.")
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


def as_request(
    user: User,
    context: Contexts = None,
    ranker: RankerName = "",
    more: More = None,
    less: Less = None,
    not_now: NotNow = None,
    without: Without = "",
    mute: Muted = None,
) -> Request:
    """The request that the options describe.

    Raises:
        ConfigError: an option is not of its form, or two things are said about one item.
    """
    return Request(
        user_id=user,
        context=as_context(context),
        ranker=ranker,
        feedback=_as_feedback(more, less, not_now),
        without=read_steps(without),
        muted=tuple(dict.fromkeys(mute or ())),
    )


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `request` is made up by the options of `as_request`."""
    options = inspect.signature(as_request).parameters
    own = inspect.signature(command).parameters

    @wraps(command)
    def asking(**given: Any) -> None:
        request = as_request(**{name: given.pop(name) for name in options})
        command(request=request, **given)

    parameters = [
        each
        for name, parameter in own.items()
        for each in (options.values() if name == "request" else [parameter])
    ]
    hints = get_type_hints(command, include_extras=True) | get_type_hints(
        as_request, include_extras=True
    )
    kinds = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    asking.__annotations__ = {each.name: hints[each.name] for each in parameters}
    asking.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by typer
        [each.replace(annotation=hints[each.name]) for each in kinds]
    )
    return asking


def _as_feedback(
    more: Sequence[str] | None, less: Sequence[str] | None, not_now: Sequence[str] | None
) -> tuple[tuple[str, str], ...]:
    """What was said in this session."""
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


def asked(request: Request) -> dict[str, Any]:
    """A request as the first keys of a JSON answer; what is switched off only if something is."""
    edits = {"without": request.without, "muted": request.muted} if request.edited else {}
    who = {"user_id": request.user_id, "context": request.context, "ranker": request.ranker}
    return {**who, "feedback": [list(pair) for pair in request.feedback], **edits}
