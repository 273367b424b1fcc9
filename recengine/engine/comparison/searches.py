"""Searches for settings, as a page shows them: what was tried, what mattered, what runs."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.data.workspace import read_json
from recengine.engine import jobs
from recengine.engine.comparison.results import Job
from recengine.engine.comparison.search_results import Searched, SettingsWorth
from recengine.engine.comparison.tuning import figure_of, next_step, searchable, study_file
from recengine.engine.state import State
from recengine.engine.wording import listed
from recengine.errors import DataError, StorageError, UnknownNameError
from recengine.training.importance import MIN_TRIALS, Importance, importance
from recengine.training.search import latest_trials, trials_table

MORE_TRIALS = 20  # that a search begun or continued on the page makes
_OF_FACTS = ("trials", "seed", "epochs", "made", "version", "machine", "made_with")


class Searches:
    """What was searched on the loaded data."""

    def __init__(self, state: State, source: str) -> None:
        self._state, self._source = state, source
        self._found: dict[str, tuple[str, Searched]] = {}

    @property
    def rankers(self) -> dict[str, str]:
        """Label of each ranker that has settings to search, those with trials first."""
        names = sorted(searchable(), key=lambda name: not self._file(name).exists())
        return {name: self._state.label(name) for name in names}

    def tried(self, ranker: str) -> bool:
        """Whether anybody searched the settings of a ranker."""
        return self._file(ranker).exists()

    def stamp(self, ranker: str) -> str:
        """Another one after every trial."""
        path = self._file(ranker)
        return str(path.stat().st_mtime_ns) if path.exists() else ""

    def found(self, ranker: str) -> Searched:
        """The trials of the latest search, read again only if there are new ones.

        Raises:
            UnknownNameError: no such ranker, or it has nothing to search.
            StorageError: the file of trials is damaged.
            DataError: the trials were made on other data.
        """
        stamp = self.stamp(ranker)
        if self._found.get(ranker, ("", None))[0] != stamp or not stamp:
            self._found[ranker] = stamp, self._read(ranker)
        return self._found[ranker][1]

    def worth(self, ranker: str, progress: Progress = silent) -> SettingsWorth:
        """Which settings mattered in that search; takes seconds.

        Raises:
            UnknownNameError: no such ranker, or it has nothing to search.
            StorageError: the file of trials is damaged.
        """
        told = importance(latest_trials(self._file(ranker))[1], progress)
        table = pd.DataFrame(
            [(name, share, share > told.chance) for name, share in told.shares.items()],
            columns=["setting", "share", "beyond"],
        )
        return SettingsWorth(table, told.chance, told.trials, MIN_TRIALS, _told(told, table))

    def job(self, ranker: str) -> Job:
        """How a search that runs beside the dashboard stands, whoever started it."""
        return jobs.job(self._state.workspace, self._source, ranker, jobs.TUNE)

    def start(self, ranker: str) -> None:
        """Begin a search in a process of its own, or go on with the earlier one.

        Raises:
            UnknownNameError: no such ranker, or it has nothing to search.
        """
        facts: Mapping[str, Any] = {}
        ended = 0
        with suppress(DataError):  # trials of other data: a search of these begins afresh
            found = self.found(ranker)
            ended = int(found.trials["state"].isin(["complete", "pruned"]).sum())
            facts = found.facts
        options = ["--trials", str(ended + MORE_TRIALS)]
        for name in ("seed", "epochs"):  # others would begin a search of their own
            options += [f"--{name}", str(facts.get(name, 0))]
        jobs.start(self._state.workspace, self._source, ranker, jobs.TUNE, options)

    def cancel(self, ranker: str) -> None:
        """End a search; all but the running trial is kept."""
        jobs.cancel(self._state.workspace, self._source, ranker, jobs.TUNE)

    def _file(self, ranker: str) -> Path:
        if ranker not in (known := searchable()):
            raise UnknownNameError("ranker with settings to search", ranker, known)
        return study_file(self._state.dataset, ranker, self._state.workspace)

    def _read(self, ranker: str) -> Searched:
        path = self._file(ranker)
        study, trials = latest_trials(path)
        facts = self._facts(path.with_suffix(".json"), study)
        table, names = _drawn(trials_table(trials))
        ended = table.loc[table["state"] == "complete", "score"]
        best, usual = float(ended.max()), facts.get("usual")
        usual = np.nan if usual is None else float(usual)
        name, label, figure = self._state.dataset.name, self._state.label(ranker), figure_of(ranker)
        return Searched(
            ranker=ranker,
            label=label,
            figure=figure,
            trials=table,
            settings=names,
            best=best,
            usual=usual,
            chosen=facts.get("settings", {}),
            protocol=facts.get("protocol", ""),
            facts={key: facts[key] for key in _OF_FACTS if key in facts},
            made_with=facts.get("made_with", f"recengine tune {name} --ranker {ranker}"),
            next_step=next_step(ranker, name),
            sentence=_sentence(label, figure, len(ended), best, usual),
        )

    def _facts(self, path: Path, study: str) -> dict[str, Any]:
        """What is written beside the trials of this very search; empty before a trial ended."""
        try:
            facts = dict(read_json(path))
        except StorageError:  # not there yet; the trials tell what there is
            return {}
        if facts.get("study") != study:
            return {}
        if facts["data_fingerprint"] != self._state.dataset.fingerprint:
            name = self._state.dataset.name
            raise DataError(
                f"The trials of {facts['ranker']!r} were made on other data than {name!r} is now, "
                f"so they are not shown. Search again: recengine tune {name} "
                f"--ranker {facts['ranker']}"
            )
        return facts


def _drawn(trials: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The trials with a column for each setting, and the names of those columns."""
    settings = pd.DataFrame(list(trials["settings"]), index=trials.index)
    last = [scores[-1] if scores else np.nan for scores in trials["scores"]]
    table = pd.DataFrame(
        {
            "number": trials["number"] + 1,
            "state": trials["state"],
            "score": trials["value"].astype(float).fillna(pd.Series(last, index=trials.index)),
            "best": trials["value"].astype(float).cummax().ffill(),
            "seconds": trials["seconds"],
            "reason": trials["reason"],
        }
    )
    return pd.concat([table, settings], axis=1), tuple(settings.columns)


def _sentence(label: str, figure: str, ended: int, best: float, usual: float) -> str:
    if not ended:
        return f"No trial with settings of {label} has come to its end."
    tried = "one trial" if ended == 1 else f"{ended:,} trials"
    reached = f"The best of {tried} with settings of {label} reaches {figure} {best:.4f}"
    if np.isnan(usual):
        return f"{reached} on validation."
    if best <= usual:
        return (
            f"Of {tried}, none beats the usual settings of {label}, which reach {figure} "
            f"{usual:.4f} on validation."
        )
    return f"{reached} on validation, {best - usual:.4f} above its usual settings."


def _told(told: Importance, table: pd.DataFrame) -> str:
    """What mattered, in words."""
    if told.trials < MIN_TRIALS:
        return (
            f"{told.trials} of the {MIN_TRIALS} trials to the end that it takes to tell which "
            f"setting matters."
        )
    if told.settings == 1:
        return "Only one setting was searched, so there is none to hold it against."
    if table.empty:
        return "All trials have the same score, so no setting matters."
    beyond = table[table["beyond"]]
    if beyond.empty:
        return "No setting matters more than chance would make it seem."
    first = beyond.iloc[0]
    others = listed([_spoken(name) for name in beyond["setting"].iloc[1:]])
    more = f" {others[0].upper()}{others[1:]} mattered too." if others else ""
    return (
        f"{_spoken(first['setting']).capitalize()} mattered most: alone it explains "
        f"{first['share']:.0%} of the differences between the trials.{more}"
    )


def _spoken(setting: str) -> str:
    return setting.replace("_", " ")
