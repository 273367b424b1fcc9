"""With which settings was a ranker measured? Those on show are to be the same ones.

Rankers without epochs choose their settings on the validation questions when they are measured;
the results tell which were best.
"""

from pathlib import Path
from typing import Any

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, read_json
from recengine.engine.assets import results_file
from recengine.errors import ConfigError, StorageError
from recengine.models.base import TunableRanker

SERVED_PROTOCOL = "P-A"  # the split that rankers on show learn from
USUAL = "the usual ones: nobody measured this ranker on this data"


class MeasuredSettings:
    """Settings by ranker, from the newest results of a dataset; the usual ones without results."""

    def __init__(self, dataset: Dataset, workspace: Workspace) -> None:
        self._dataset, self._workspace = dataset, workspace
        self._read: tuple[tuple[Path, int], dict[str, Any]] | None = None

    def of(self, model: type[TunableRanker]) -> tuple[Any, dict[str, Any]]:
        """The settings of a ranker, and what to tell of them: config, settings, made_with."""
        facts = self._rankers().get(model.name, {})
        try:
            config = model.config_class(**facts["config"])
        except (KeyError, TypeError, ConfigError):  # not measured, or by another version
            return model.config_class(), {"settings": USUAL}
        told = {key: facts[key] for key in ("config", "made_with", "made", "seeds") if key in facts}
        return config, told | {"settings": "chosen on the validation questions, as measured"}

    def _rankers(self) -> dict[str, Any]:
        """How each ranker was measured on this data; read again only if the file is another."""
        path = results_file(
            self._dataset.name, SERVED_PROTOCOL, self._workspace, self._dataset.fingerprint
        )
        if path is None:
            return {}
        stamp = path, path.stat().st_mtime_ns
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, self._content(path)
        return self._read[1]

    def _content(self, path: Path) -> dict[str, Any]:
        try:
            content = read_json(path)
        except StorageError:  # the leaderboard says so; lists do not depend on it
            return {}
        if content.get("data_fingerprint") != self._dataset.fingerprint:
            return {}
        rankers: dict[str, Any] = content.get("rankers", {})
        return rankers
