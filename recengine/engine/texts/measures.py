"""What was measured about item texts, on disk: <dataset>-text.json, one section per question.

Sections keep rows as plain lists; what follows from all rows together (corrected p-values,
verdicts, sentences) is computed when they are read.
"""

from collections.abc import Sequence
from typing import Any

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import results_file, safe_name
from recengine.engine.workshop import circumstances

KIND = "text"
ADAPTED, SIZES, READING = "adapted", "sizes", "reading"


def read_section(dataset: Dataset, section: str, workspace: Workspace) -> dict[str, Any] | None:
    """What was measured on this very data; None if nothing was.

    Raises:
        StorageError: the file is damaged.
    """
    path = results_file(dataset.name, KIND, workspace, dataset.fingerprint)
    content = {} if path is None else read_json(path)
    if content.get("data_fingerprint") != dataset.fingerprint:
        return None
    return content.get(section)


def write_section(
    dataset: Dataset,
    section: str,
    workspace: Workspace,
    rows: Sequence[dict[str, Any]],
    made_with: str,
    facts: dict[str, Any],
) -> None:
    """Keep a section beside the others of the same data."""
    path = results_file(dataset.name, KIND, workspace, dataset.fingerprint)
    kept = {} if path is None else read_json(path)
    if kept.get("data_fingerprint") != dataset.fingerprint:
        kept = {"dataset": dataset.name, "data_fingerprint": dataset.fingerprint}
    told = {"made_with": made_with, **facts, **circumstances()}
    kept[section] = {"facts": told, "rows": list(rows)}
    write_json(workspace.folder("results") / f"{safe_name(dataset.name)}-{KIND}.json", kept)
