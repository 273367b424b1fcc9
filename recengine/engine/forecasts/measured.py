"""Measured forecasts on disk, `<dataset>-forecasts.json`, and which forecaster they trust.

facts         dataset, ranker, description, questions, data_fingerprint, made_with
methods       how each forecaster was made, by name
rows          method, unit, ahead (0: all horizons), metric, value, low, high, and the paired
              difference to persistence: difference, diff_low, diff_high
skills        method, unit, skill (share of persistence's energy score that is saved), low,
              high, people
calibration   method, unit, ahead, level, raw, calibrated (how often the intervals of the shares
              held what came), width, answers (how many came)
pit           method, unit, ahead, bins
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import results_file, safe_name
from recengine.errors import StorageError
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import UNITS
from recengine.interests.forecasting.persistence import Persistence

KIND = "forecasts"
LISTS = "ndcg@10"

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class ForecastBoard:
    """Everything measured about the forecasts of one dataset; see the module for the columns."""

    facts: dict[str, Any]
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: Rows = field(default_factory=list)
    skills: Rows = field(default_factory=list)
    calibration: Rows = field(default_factory=list)
    pit: Rows = field(default_factory=list)

    def without(self, method: str) -> "ForecastBoard":
        """The same with one forecaster taken out."""
        tables = {
            name: [row for row in getattr(self, name) if row["method"] != method]
            for name in ("rows", "skills", "calibration", "pit")
        }
        others = {name: how for name, how in self.methods.items() if name != method}
        return ForecastBoard(self.facts, others, **tables)

    def skill(self, method: str, unit: str) -> dict[str, Any] | None:
        """The row of a forecaster in one unit, if it was measured."""
        found = (row for row in self.skills if row["method"] == method and row["unit"] == unit)
        return next(found, None)

    def row(self, method: str, unit: str, metric: str, ahead: int = 0) -> dict[str, Any] | None:
        """One figure."""
        wanted = {"method": method, "unit": unit, "metric": metric, "ahead": ahead}
        found = (row for row in self.rows if all(row[k] == v for k, v in wanted.items()))
        return next(found, None)

    def trusts(self, method: str, unit: str) -> bool:
        """Whether a forecaster is better than persistence beyond chance, and its lists no worse."""
        skill, lists = self.skill(method, unit), self.row(method, unit, LISTS)
        if method == Persistence.name or skill is None or not skill["low"] > 0:
            return False
        worse = lists is not None and lists["diff_high"] is not None and lists["diff_high"] < 0
        return not worse

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the figures say, one sentence for each unit."""
        return tuple(self.sentence(unit) for unit in UNITS)

    def sentence(self, unit: str) -> str:
        """Which forecaster is best in one unit, and whether that can be trusted."""
        best = self.best_trusted(unit)
        if best == Persistence.name:
            return f"Ahead in {unit}, no forecast is measurably better than no change at all."
        skill = self.skill(best, unit) or {}
        return (
            f"Ahead in {unit}, {FORECASTERS[best].label!r} is the best forecast: it saves "
            f"{skill['skill']:.0%} of the error of assuming no change "
            f"({skill['low']:.0%} to {skill['high']:.0%})."
        )

    def best_trusted(self, unit: str, among: tuple[str, ...] = tuple(FORECASTERS)) -> str:
        """The trusted forecaster with the largest skill; persistence if there is none."""
        trusted = [name for name in among if self.trusts(name, unit)]
        return max(
            trusted,
            key=lambda name: (self.skill(name, unit) or {})["skill"],
            default=Persistence.name,
        )


def read_board(
    dataset_name: str, workspace: Workspace, fingerprint: str = ""
) -> ForecastBoard | None:
    """One's own results if there are any, else those that come along; None without either.

    Args:
        dataset_name: whose results.
        workspace: with one's own.
        fingerprint: of the data; results of equal data under another name count as well.

    Raises:
        StorageError: the figures are damaged.
    """
    path = results_file(dataset_name, KIND, workspace, fingerprint)
    if path is None:
        return None
    try:
        return ForecastBoard(**read_json(path))
    except TypeError as error:
        raise StorageError(f"{path} lacks {error}. Delete it; it will be made again.") from error


def write_board(board: ForecastBoard, workspace: Workspace) -> Path:
    """Keep results."""
    name = f"{safe_name(board.facts['dataset'])}-{KIND}.json"
    path = workspace.folder("results") / name
    write_json(path, asdict(board))
    return path
