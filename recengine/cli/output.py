"""Answers on standard output, as a table or as one JSON object; progress on standard error."""

import dataclasses
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from tqdm import tqdm

if TYPE_CHECKING:
    from recengine.engine.why.results import Trust

PIPED_WIDTH = 160  # columns of a table that no terminal limits
SECONDS_BETWEEN_LINES = 10


def plain(value: Any) -> Any:
    """The same as what JSON knows: tables become lists of objects, missing numbers become null."""
    if isinstance(value, pd.DataFrame):
        names = [str(name) for name in value.columns]
        rows = zip(*(value[name] for name in value.columns), strict=True)
        return [dict(zip(names, map(plain, row), strict=True)) for row in rows]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def print_json(answer: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(plain(answer), ensure_ascii=False, indent=2, allow_nan=False))


def print_sentence(sentence: str) -> None:
    """The answer in one sentence, above its table."""
    typer.echo(_printable(sentence) + "\n")


def print_trust(method: str, trust: "Trust | None") -> None:
    """By which method, and whether it was tested and passed, below what it said."""
    if trust is not None:
        typer.echo(f"\nMethod: {method}. {trust.mark}. {trust.sentence}")


def print_table(table: pd.DataFrame, headings: Mapping[str, str]) -> None:
    """Columns of a table under plain headings, numbers to the right.

    Args:
        table: what to show.
        headings: heading by column, in the order of display; columns that are absent are skipped.
    """
    names = [name for name in headings if name in table]
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        numeric = pd.api.types.is_numeric_dtype(table[name])
        grid.add_column(headings[name], justify="right" if numeric else "left")
    for row in zip(*(table[name] for name in names), strict=True):
        grid.add_row(*(Text(_printable(_shown(value))) for value in row))
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    console.print(grid)


def print_facts(facts: Mapping[str, Any]) -> None:
    """One fact a line, aligned."""
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        typer.echo(f"{name:<{width}}  {_printable(_shown(value))}")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_shown(each)}" for name, each in value.items())
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value)


def _printable(text: str) -> str:
    """Without control characters: a title must not steer the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class ProgressLines:
    """A progress listener: bars on a terminal, a plain line now and then elsewhere.

    A stage is told apart by its words before the first comma; the rest, such as a loss, may change
    with every step.
    """

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm | None = None
        self._next_line = 0.0

    def __enter__(self) -> "ProgressLines":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report one step."""
        name = stage.partition(",")[0]
        is_new = name != self._stage
        self._stage = name
        if sys.stderr.isatty():
            self._draw(stage, done, total, is_new)
        elif is_new or time.monotonic() >= self._next_line or (total and done == total):
            self._next_line = time.monotonic() + SECONDS_BETWEEN_LINES
            counted = f": {done:,} of {total:,}" if total else " ..."
            print(f"{stage}{counted}", file=sys.stderr, flush=True)

    def _draw(self, stage: str, done: int, total: int, is_new: bool) -> None:
        if is_new or self._bar is None or self._bar.total != (total or None):
            self._close()
            self._bar = tqdm(total=total or None, file=sys.stderr, dynamic_ncols=True)
        self._bar.set_description(stage, refresh=False)
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def share(value: float) -> str:
    """A share as people write it."""
    return f"{value:.0%}"


def strongest(shares: Mapping[str, float], count: int = 3) -> Sequence[str]:
    """The largest shares in words."""
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])[:count]
    return [f"{name} {share(value)}" for name, value in ranked]
