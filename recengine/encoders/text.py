"""What a language model reads about an item: one plain text, made from chosen columns.

"Toy Story (1995). Animation, Children's, Comedy. A cowboy doll is threatened by ..."
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recengine.data.dataset import Dataset
from recengine.errors import ConfigError, UnknownNameError
from recengine.types import CATEGORIES, DESCRIPTION, TITLE, YEAR

DEFAULT_FIELDS = (TITLE, YEAR, CATEGORIES, DESCRIPTION)
_STANDARD_FIELDS = frozenset(DEFAULT_FIELDS)


@dataclass(frozen=True, kw_only=True)
class TextTemplate:
    """Which columns of the item table are read, and in which order.

    Attributes:
        fields: column names; empty means those of title, year, categories and description that
            the dataset has.
        max_characters: longer texts are cut after the last word that fits; a model reads only its
            first few hundred words anyway.
    """

    fields: tuple[str, ...] = ()
    max_characters: int = 4_000

    def __post_init__(self) -> None:
        if self.max_characters < 1:
            raise ConfigError(f"max_characters={self.max_characters} must be at least 1.")

    def chosen(self, dataset: Dataset) -> tuple[str, ...]:
        """The columns that are read from this dataset.

        Raises:
            UnknownNameError: a chosen column does not exist.
        """
        columns = dataset.items.columns
        for name in self.fields:
            if name not in columns:
                raise UnknownNameError("item field", name, columns)
        return self.fields or tuple(name for name in DEFAULT_FIELDS if name in columns)

    def fingerprint(self, dataset: Dataset) -> str:
        """Digest of the choice, as it falls out for this dataset."""
        choice = f"{self.chosen(dataset)}|{self.max_characters}"
        return hashlib.sha256(choice.encode()).hexdigest()[:16]


def item_texts(dataset: Dataset, template: TextTemplate) -> list[str]:
    """One text per item, in catalogue order; what an item lacks is left out.

    Raises:
        UnknownNameError: the template names a column that does not exist.
    """
    fields = template.chosen(dataset)
    columns = [dataset.items[name].tolist() for name in fields]
    return [
        _cut(_sentence(zip(fields, values, strict=True)), template.max_characters)
        for values in zip(*columns, strict=True)
    ]


def _sentence(pairs: Iterable[tuple[str, Any]]) -> str:
    """The values one after another, each ending in a full stop."""
    text = ""
    for name, value in pairs:
        plain = _plain(value)
        if not plain:
            continue
        if name == YEAR and text:
            text += "" if plain in text else f" ({plain})"
            continue
        if name not in _STANDARD_FIELDS:
            plain = f"{name.replace('_', ' ').capitalize()}: {plain}"
        glue = "" if not text else " " if text.endswith((".", "!", "?")) else ". "
        text += glue + plain
    return text


def _plain(value: Any) -> str:
    """Any cell as one line of text; an empty one if nothing is known."""
    if isinstance(value, str):
        return " ".join(value.split())
    if pd.api.types.is_list_like(value):
        return ", ".join(filter(None, map(_plain, value)))
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a year in a column with gaps is a float
    return " ".join(str(value).split())


def _cut(text: str, max_characters: int) -> str:
    if len(text) <= max_characters:
        return text
    head = text[: max_characters + 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head)[:max_characters]
