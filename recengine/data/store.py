"""A Dataset as a folder of Parquet files, with a manifest that says it is whole.

    interactions.parquet  items.parquet  users.parquet  [friends.parquet]  manifest.json

The manifest is written last and goes first when a dataset is replaced, so that a folder with
a manifest is always complete; page checksums find what went bad on disk later.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from recengine.data.cleaning import CleaningStep
from recengine.data.dataset import Dataset
from recengine.data.features import Feature
from recengine.data.workspace import read_json, storage_error, write_atomic, write_json
from recengine.errors import StorageError
from recengine.types import CATEGORIES

FORMAT = 1
_TABLES = ("interactions", "items", "users", "friends")
_PLAIN_FIELDS = ("name", "title", "timezone", "simulated", "credit")
_FEATURE_FIELDS = ("context_features", "profile_features")


def write_dataset(dataset: Dataset, folder: Path, recipe: str) -> None:
    """Write a dataset into `folder`.

    Args:
        dataset: what to write.
        folder: its own folder, made if absent.
        recipe: what the dataset was made from; a reader that expects another one makes it anew.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    try:
        (folder / "manifest.json").unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    tables = [name for name in _TABLES if getattr(dataset, name) is not None]
    for name in tables:
        table = getattr(dataset, name).reset_index(drop=True)
        with write_atomic(folder / f"{name}.parquet") as temporary:
            table.to_parquet(temporary, index=False, write_page_checksum=True)
    manifest = {
        "format": FORMAT,
        "recipe": recipe,
        "tables": tables,
        **{field: getattr(dataset, field) for field in _PLAIN_FIELDS},
        "repeats": dataset.repeats,
        "cleaning": [asdict(step) for step in dataset.cleaning],
        **{
            field: [asdict(feature) for feature in getattr(dataset, field)]
            for field in _FEATURE_FIELDS
        },
    }
    write_json(folder / "manifest.json", manifest)


def read_dataset(folder: Path, recipe: str) -> Dataset:
    """Read what `write_dataset` wrote.

    Raises:
        StorageError: nothing is there, it was made by another recipe, or it is damaged.
    """
    manifest = read_json(folder / "manifest.json")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise StorageError(f"{folder} was written by another version. Delete it; it is made again.")
    if manifest.get("recipe") != recipe:
        raise StorageError(f"{folder} was made from something else. Delete it; it is made again.")
    try:
        tables = {name: _read_table(folder / f"{name}.parquet") for name in manifest["tables"]}
        fields: dict[str, Any] = {field: manifest[field] for field in _PLAIN_FIELDS}
        fields["repeats"] = manifest.get("repeats", False)  # newer than some copies
        fields["cleaning"] = tuple(CleaningStep(**step) for step in manifest.get("cleaning", ()))
        for field in _FEATURE_FIELDS:
            fields[field] = tuple(_feature(entry) for entry in manifest[field])
        return Dataset(**fields, **tables)
    except (pa.ArrowException, OSError, KeyError, TypeError) as error:
        raise StorageError(
            f"{folder} is damaged ({error}). Delete it; it is made again."
        ) from error


def _read_table(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path, page_checksum_verification=True)
    for name in table.columns:
        if name == CATEGORIES:
            lists = [list(np.asarray(value)) for value in table[name]]
            table[name] = pd.Series(lists, dtype="object", index=table.index)
    return table


def _feature(entry: dict) -> Feature:
    lists = {name: tuple(entry[name]) for name in ("values", "edges")}
    return Feature(**{**entry, **lists})
