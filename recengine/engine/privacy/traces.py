"""What files of the workspace say of one person, and the same files without it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from recengine.errors import StorageError
from recengine.training.checkpoint import load_checkpoint
from recengine.types import FRIEND_ID, USER_ID

TEXTS = (".log", ".txt", ".csv", ".jsonl")  # looked through for ids of any form
PEOPLE = ("user", "person", "people", "who", "friend")  # in the names of fields about people


def traces_in(path: Path, user_id: str) -> list[Any]:
    """What a file says of somebody: objects of JSON, rows of tables, lines of text."""
    try:
        if path.suffix == ".json":
            return list(_objects(json.loads(path.read_text("utf-8")), user_id))
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            names = [name for name in (USER_ID, FRIEND_ID) if name in table]
            rows = table[(table[names].astype(str) == user_id).any(axis=1)]
            return json.loads(rows.to_json(orient="records"))
        if path.suffix == ".safetensors":
            facts = load_checkpoint(path)[1]
            own = {"user_ids": [each for each in facts.pop("user_ids", ()) if each == user_id]}
            return [*([own] if own["user_ids"] else []), *_objects(facts, user_id)]
    except (ValueError, StorageError):
        pass  # damaged or of another kind: read as it is
    if not (_telling(user_id) or path.suffix in TEXTS):
        return []
    word = re.compile(rb"(?<!\w)" + re.escape(user_id.encode()) + rb"(?!\w)")
    lines = path.read_bytes().splitlines()
    return [line[:500].decode("utf-8", "replace") for line in lines if word.search(line)]


def _objects(value: Any, user_id: str) -> Iterator[Any]:
    """The smallest objects of JSON that tell of somebody."""
    if isinstance(value, dict):
        if _tells(value, user_id):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            if isinstance(each, str) and _mentions(each, user_id):
                yield each
            else:
                yield from _objects(each, user_id)


def _tells(entry: dict, user_id: str) -> bool:
    """Whether an object is about somebody: by a field for people, or by an id that stands out."""
    for key, value in entry.items():
        if _about_people(key) and (
            value == user_id or (isinstance(value, list) and user_id in value)
        ):
            return True
        if isinstance(value, str) and _mentions(value, user_id):
            return True
    return _telling(user_id) and user_id in entry


def _about_people(key: str) -> bool:
    return any(word in key.lower() for word in PEOPLE)


def _mentions(text: str, user_id: str) -> bool:
    return _telling(user_id) and bool(
        re.search(rf"(?<!\w){re.escape(user_id)}(?!\w)", text, flags=re.UNICODE)
    )


def _telling(user_id: str) -> bool:
    """Whether an id is hardly anything else: "7" in a text is a number, not a person."""
    return len(user_id) > 3 and not user_id.isdecimal()


def renamed(value: Any, user_id: str, name: str) -> Any:
    """Traces with another name for somebody, wherever their id stands."""
    if isinstance(value, dict):
        return {
            renamed(key, user_id, name): name
            if _about_people(key) and str(each) == user_id
            else renamed(each, user_id, name)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [renamed(each, user_id, name) for each in value]
    if isinstance(value, str):
        return re.sub(rf"(?<!\w){re.escape(user_id)}(?!\w)", name, value)
    return value


def without_traces(value: Any, user_id: str) -> Any:
    """JSON without the objects that tell of somebody."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if not _goes(each, user_id)}
        return {key: without_traces(each, user_id) for key, each in kept.items() if key != user_id}
    if isinstance(value, list):
        return [without_traces(each, user_id) for each in value if not _goes(each, user_id)]
    return value


def _goes(value: Any, user_id: str) -> bool:
    if isinstance(value, dict):
        return _tells(value, user_id)
    return isinstance(value, str) and _mentions(value, user_id)
