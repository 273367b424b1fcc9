from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from recengine.data.settings import (
    Count,
    CountOrNone,
    NotNegative,
    PartialShare,
    Positive,
    Settings,
    Share,
    read_setting,
    written,
)
from recengine.errors import ConfigError, UnknownNameError
from recengine.models import MODELS
from recengine.models.base import TunableRanker
from recengine.training.trainer import TrainerConfig

NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class Example(Settings):
    width: Count = 4
    texts: CountOrNone = 0
    rate: Positive = 0.1
    decay: NotNegative = 0.0
    average: Share = 1.0
    dropout: PartialShare = 0.0
    seed: int = 0
    head: str = "memory"
    wide: bool = False
    layers: tuple[int, ...] = (8, 8)


def test_settings_within_their_limits_are_taken() -> None:
    made = Example(width=1, rate=1, decay=3.5, average=0, dropout=0.99, seed=-1, layers=(2,))
    assert made.rate == 1


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"width": 0}, "width=0 must be at least 1"),
        ({"width": 1.5}, "width=1.5 must be a whole number"),
        ({"width": True}, "width=True must be a whole number"),
        ({"texts": -1}, "texts=-1 must be 0 (none) or above"),
        ({"rate": 0.0}, "rate=0.0 must be above 0"),
        ({"rate": NAN}, "rate=nan must be a finite number"),
        ({"decay": -5.0}, "decay=-5.0 must be 0 or above"),
        ({"decay": float("inf")}, "decay=inf must be a finite number"),
        ({"average": 2.0}, "average=2.0 must lie between 0 and 1"),
        ({"dropout": 1.0}, "dropout=1.0 must be at least 0 and below 1"),
        ({"head": 3}, "head=3 must be a word"),
        ({"wide": "yes"}, "wide='yes' must be true or false"),
    ],
)
def test_impossible_settings_are_one_clear_message(setting: dict, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Example(**setting)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "setting",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": NAN},
        {"warmup": -1.0},
        {"weight_decay": -5.0},
        {"clip_norm": -1.0},
        {"average": 2.0},
        {"patience": 0},
    ],
)
def test_the_loop_refuses_what_cannot_be(setting: dict) -> None:
    with pytest.raises(ConfigError, match=f"^{next(iter(setting))}="):
        TrainerConfig(**setting)


def test_settings_are_read_from_words_as_their_type_has_them() -> None:
    configs = (Example, TrainerConfig)
    words = {"width": "8", "rate": "1", "head": "mixture", "wide": "true", "warmup": "0.1"}
    read = {name: read_setting(configs, name, text) for name, text in words.items()}
    assert read == {"width": 8, "rate": 1.0, "head": "mixture", "wide": True, "warmup": 0.1}
    assert isinstance(read["rate"], float)


def test_words_that_are_no_setting_are_one_clear_message() -> None:
    with pytest.raises(ConfigError, match=r"^width='1.5' must be a whole number"):
        read_setting((Example,), "width", "1.5")
    with pytest.raises(ConfigError, match=r"^wide='yes' must be true or false"):
        read_setting((Example,), "wide", "yes")
    with pytest.raises(UnknownNameError, match=r"Unknown setting 'widht'.*Did you mean width"):
        read_setting((Example,), "widht", "3")


CONFIGS = {n: m.config_class for n, m in MODELS.items() if issubclass(m, TunableRanker)}
SIZES = ("embedding_dim", "num_blocks", "num_heads", "num_layers", "max_length", "factors")


@pytest.mark.parametrize("name", CONFIGS)
def test_every_ranker_checks_its_settings(name: str) -> None:
    usual = vars(CONFIGS[name]())
    assert issubclass(CONFIGS[name], Settings)
    for size in SIZES:
        if size in usual:
            with pytest.raises(ConfigError, match=f"{size}=0 must be at least 1"):
                CONFIGS[name](**{size: 0})
    for setting, value in usual.items():
        if isinstance(value, float):
            with pytest.raises(ConfigError, match=f"{setting}=nan must be a finite number"):
                CONFIGS[name](**{setting: NAN})


@dataclass(frozen=True, kw_only=True)
class Grown(Example):
    later: ClassVar[tuple[str, ...]] = ("helped",)

    helped: Share = 0.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    model: Grown = field(default_factory=Grown)
    steps: tuple[int, ...] = (1, 2)


def test_a_setting_that_came_later_is_written_only_if_it_is_used():
    older = written(Plan())
    assert older == {"model": vars(Example()), "steps": (1, 2)}
    assert written(Plan(model=Grown(helped=0.5, width=8)))["model"] == {
        **vars(Example()),
        "width": 8,
        "helped": 0.5,
    }
