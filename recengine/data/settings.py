"""Settings that say what they may be: the base of every config, and the words for its fields.

    @dataclass(frozen=True, kw_only=True)
    class GRUConfig(Settings):
        embedding_dim: Count = 64
        dropout: PartialShare = 0.2

A field with one of these words, or a plain int, float, bool or str, is checked when a config is
made. What involves several fields is for the config's own `__post_init__`, after this one.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from recengine.errors import ConfigError, UnknownNameError


@dataclass(frozen=True)
class Limit:
    """What a number must be, in words that follow "must", and whether it is."""

    words: str
    holds: Callable[[float], bool]


Count = Annotated[int, Limit("be at least 1", lambda value: value >= 1)]
CountOrNone = Annotated[int, Limit("be 0 (none) or above", lambda value: value >= 0)]
Positive = Annotated[float, Limit("be above 0", lambda value: value > 0)]
NotNegative = Annotated[float, Limit("be 0 or above", lambda value: value >= 0)]
Share = Annotated[float, Limit("lie between 0 and 1", lambda value: 0 <= value <= 1)]
PartialShare = Annotated[float, Limit("be at least 0 and below 1", lambda value: 0 <= value < 1)]

READERS: dict[Any, tuple[str, Callable[[str], Any]]] = {
    int: ("a whole number", int),
    float: ("a number", float),
    str: ("a word", str),
    bool: ("true or false", {"true": True, "false": False}.__getitem__),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A config whose fields are checked when it is made.

    Attributes:
        later: fields that came when rankers had been kept without them (`written`).
    """

    later: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        kinds = _kinds(type(self))
        for field in fields(self):
            value = getattr(self, field.name)
            if fault := _fault(value, *kinds[field.name]):
                raise ConfigError(f"{field.name}={value!r} must {fault}")


def written(config: Any) -> dict[str, Any]:
    """A config and those inside it as they are kept; what came `later` stays out while usual.

    So what was made before there was such a setting is still known to have been made alike.
    """
    later = getattr(config, "later", ())
    return {
        field.name: written(value) if is_dataclass(value) else value
        for field in fields(config)
        if (value := getattr(config, field.name)) != field.default or field.name not in later
    }


def read_setting(configs: Iterable[type[Settings]], name: str, text: str) -> Any:
    """A setting from its words, of the type that it has in the first config that knows it.

    Raises:
        UnknownNameError: no config knows it.
        ConfigError: the words are none of that type.
    """
    kinds = {
        key: kind for config in reversed(list(configs)) for key, kind in _kinds(config).items()
    }
    readers = {key: READERS[plain] for key, (plain, _) in kinds.items() if plain in READERS}
    if name not in readers:
        raise UnknownNameError("setting", name, readers)
    expected, read = readers[name]
    try:
        return read(text)
    except (ValueError, KeyError):
        raise ConfigError(
            f"{name}={text!r} must be {expected}. Write it as {name}=value."
        ) from None


def _kinds(config: type[Settings]) -> dict[str, tuple[Any, tuple[Limit, ...]]]:
    """Plain type and limits of each field."""
    hints = get_type_hints(config, include_extras=True)
    return {name: _parts(hint) for name, hint in hints.items()}


def _parts(hint: Any) -> tuple[Any, tuple[Limit, ...]]:
    if get_origin(hint) is Annotated:
        plain, *limits = get_args(hint)
        return plain, tuple(limits)
    return hint, ()


def _fault(value: Any, plain: Any, limits: tuple[Limit, ...]) -> str:
    """What a value must be and is not; empty if all is well."""
    if plain is int and (not isinstance(value, int) or isinstance(value, bool)):
        return "be a whole number"
    if plain is float and not (isinstance(value, float | int) and math.isfinite(value)):
        return "be a finite number"
    if plain in (str, bool) and not isinstance(value, plain):
        return f"be {'true or false' if plain is bool else 'a word'}"
    return next((limit.words for limit in limits if not limit.holds(value)), "")
