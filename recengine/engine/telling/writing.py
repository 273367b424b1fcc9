"""A language model rewords what templates said; only what passes the check is shown, and kept.

written/<dataset>-<digest>.json        one reworded text
results/<dataset>-writer.json          how often the writer passed, as measured
"""

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from scipy.stats import binomtest

from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.encoders.generator import Generator, GeneratorConfig
from recengine.encoders.writer_source import DEFAULT_WRITER, is_default_writer
from recengine.engine.assets import kept_file, safe_name
from recengine.engine.state import State
from recengine.engine.telling.results import Rewritten, Told, WriterReport
from recengine.errors import ConfigError, DataError, StorageError
from recengine.explanations.words import check

_SYSTEM = (
    "You reword a short note in plain, friendly English. Keep every name and every number exactly "
    "as it is, leave out what you cannot reword, and add nothing. Answer with the note only, in at "
    "most three sentences."
)
_EXAMPLE = (
    (
        "user",
        "“Alien” stands second of 120 items. The strongest reasons are the earlier choice “Jaws” "
        "(30% of what speaks for it) and the overall taste (20%), out of 14 events. Against it "
        "speaks the moment (part of day: morning), which takes back 9%.",
    ),
    (
        "assistant",
        "“Alien” comes second of 120 items. The earlier choice “Jaws” counts most, with 30% of "
        "what speaks for it, and the overall taste adds 20%. The moment (part of day: morning) "
        "speaks against it and takes back 9%.",
    ),
)


class Writers:
    """The language models that reword: the engine's own, and any other by name."""

    def __init__(self, config: GeneratorConfig, workspace: Workspace) -> None:
        """Nothing is fetched or loaded yet."""
        self.own = Generator(config, workspace)
        self._workspace = workspace
        self._other: Generator | None = None
        self._lock = threading.Lock()

    @property
    def offered(self) -> tuple[str, ...]:
        """Names to choose from: the engine's own, and the usual one."""
        return tuple(dict.fromkeys((self.own.config.name, DEFAULT_WRITER)))

    def named(self, name: str) -> Generator:
        """A writer by name, "" for the own; of the others the last one asked for is kept."""
        if name in ("", self.own.config.name):
            return self.own
        with self._lock:
            if self._other is None or self._other.config.name != name:
                self._other = Generator(GeneratorConfig(name=name), self._workspace)
            return self._other


def rewrite(state: State, writer: Generator, told: Told, progress: Progress = silent) -> Rewritten:
    """Reword a text, check it against the text itself, and keep both outcomes."""
    if told.language != "en":
        raise ConfigError(
            f"Only English texts can be reworded; this one is in {told.language!r}. Choose English."
        )
    before = kept(state, writer, told)
    if before is not None:
        return before
    writer.load(progress)
    progress("Rewording", 0, 0)
    began = time.perf_counter()
    text = writer.answer([("system", _SYSTEM), *_EXAMPLE, ("user", told.text)])
    seconds = time.perf_counter() - began
    write_json(
        _path(state, writer, told),
        {"written": text, "seconds": seconds, "model": writer.config.name},
    )
    return _checked(state, told, text, writer.config.name, seconds)


def kept(state: State, writer: Generator, told: Told) -> Rewritten | None:
    """What was written before, checked by today's rules; None if nobody asked, or it is damaged."""
    if not writer.recognisable:
        return None
    try:
        path = _path(state, writer, told)
        if not path.is_file():
            return None
        content = read_json(path)
        written, seconds = str(content["written"]), float(content["seconds"])
        return _checked(state, told, written, str(content["model"]), seconds)
    except (DataError, StorageError, TypeError, KeyError):
        return None


def _checked(state: State, told: Told, written: str, model: str, seconds: float) -> Rewritten:
    found = check(
        written,
        [told.text],
        against=told.against,
        required=told.required,
        others=state.titles,
    )
    return Rewritten(
        text=written if found.passed else "",
        refused="" if found.passed else written,
        reason=found.reason,
        invented=found.invented,
        model=model,
        seconds=seconds,
    )


def measure(
    state: State,
    writer: Generator,
    texts: Sequence[tuple[str, str, Told]],
    seed: int,
    progress: Progress = silent,
) -> WriterReport:
    """Reword (user_id, kind, text) each, count what passes, and keep the figures."""
    if not texts:
        raise ConfigError("Nobody has any events, so there is nothing to reword.")
    rows = []
    for number, (user_id, kind, told) in enumerate(texts):
        answer = rewrite(state, writer, told)
        rows.append(
            {
                "user_id": user_id,
                "item_id": told.item_id,
                "kind": kind,
                "passed": not answer.reason,
                "reason": answer.reason,
                "invented": ", ".join(answer.invented),
                "seconds": answer.seconds,
                "given": told.text,
                "written": answer.text or answer.refused,
            }
        )
        progress("Rewording texts", number + 1, len(texts))
    command = f"recengine tell {state.dataset.name} --measure {len(texts)} --seed {seed}"
    if not is_default_writer(writer.config.name):
        command += f" --writer {writer.config.name}"
    report = _report(pd.DataFrame(rows), writer.config.name, command)
    facts = {name: value for name, value in vars(report).items() if name != "table"}
    # the texts themselves are the data of others: figures only
    figures = report.table.drop(columns=["user_id", "given", "written", "invented"])
    write_json(_results(state), {**facts, "rows": figures.to_dict("records")})
    return report


def measured_share(state: State) -> dict[str, object]:
    """share, low, high, asked, model, made_with as measured here or by us; empty if nobody did."""
    path = kept_file("results", _results(state).name, state.workspace)
    return dict(read_json(path)) if path else {}


def _report(table: pd.DataFrame, model: str, command: str) -> WriterReport:
    asked, passed = len(table), int(table["passed"].sum())
    interval = binomtest(passed, asked).proportion_ci(method="wilson")
    return WriterReport(
        table=table,
        asked=asked,
        passed=passed,
        share=passed / asked,
        low=float(interval.low),
        high=float(interval.high),
        model=model,
        made_with=command,
        sentence=f"{passed:,} of {asked:,} texts that {model} wrote pass the check "
        f"({interval.low:.0%} to {interval.high:.0%}); the others are never shown.",
    )


def _path(state: State, writer: Generator, told: Told) -> Path:
    content = json.dumps([_SYSTEM, _EXAMPLE, writer.fingerprint, told.text])
    digest = hashlib.sha256(content.encode()).hexdigest()[:20]
    folder = state.workspace.folder("written")
    return folder / f"{safe_name(state.dataset.name)}-{digest}.json"


def _results(state: State) -> Path:
    return state.workspace.folder("results") / f"{safe_name(state.dataset.name)}-writer.json"
