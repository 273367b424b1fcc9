"""Arguments and options that several commands share, and the engine they open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from recengine.cli.output import ProgressLines
from recengine.data.workspace import Workspace
from recengine.errors import ConfigError

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
RankerName = Annotated[
    str, typer.Option("--ranker", metavar="NAME", help="Ranker; the dataset's best if left out.")
]
ListLength = Annotated[int, typer.Option("--k", min=1, help="Length of the list.")]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="NAME",
        help="Where to compute: cpu, cuda, or auto for CUDA where there is one.",
    ),
]
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
Writer = Annotated[
    str,
    typer.Option(
        "--writer",
        metavar="NAME",
        help="Language model that rewords: a public name, or a folder with safetensors or GGUF.",
    ),
]
DEFAULT_HOME = platformdirs.user_data_path("recengine")


def refuse_device(device: str, work: str) -> None:
    """Refuse to promise a GPU for work that does not use one.

    Raises:
        ConfigError: somebody named a device that is no processor.
    """
    if device not in ("auto", "cpu"):
        raise ConfigError(
            f"--device {device}: {work} is made on the processor. Leave --device out."
        )


def open_engine(data: str, home: Path, writer: str = "") -> Engine:
    """Prepare what is missing, showing how far it is, then load."""
    from recengine.engine import Engine  # torch takes seconds: --help must not wait for it

    with ProgressLines() as progress:
        return Engine.open(data, Workspace(home), writer=writer, progress=progress)


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
