"""A workspace in which nothing is missing, made once by the real commands and kept."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from filelock import FileLock

from recengine.training.checkpoint import load_checkpoint, save_checkpoint

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from recengine.cli import main; main()"]
SMALL_SHOP = "storefront:200x150"


@dataclass(frozen=True)
class Prepared:
    """Where it is, and which dataset is ready in it."""

    home: Path
    data: str

    def run(self, *words: str) -> str:
        """Run a command of ours in it, and give what it printed."""
        done = subprocess.run(
            [*COMMAND, *words, "--home", str(self.home)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=600,
        )
        return done.stdout


def small_shop(config: pytest.Config) -> Prepared:
    """A small simulated shop with vectors and a trained ranker, in pytest's cache folder."""
    small = Prepared(Path(config.cache.mkdir(f"prepared-{_code_version()}")), SMALL_SHOP)
    with FileLock(small.home / "tests.lock"):
        if not list((small.home / "rankers").glob("storefront*unified.safetensors")):
            small.run("train", SMALL_SHOP, "--epochs", "3")
            _let_it_bend(small.home / "rankers" / "storefront_200x150-unified.safetensors")
    return small


def _let_it_bend(path: Path) -> None:
    """Three epochs may leave the dynamic part or the moment switched off; pages show both."""
    weights, facts = load_checkpoint(path)
    weights["dynamic"] = torch.tensor(True)
    weights["context_gates"] = torch.ones_like(weights["context_gates"])
    save_checkpoint(path, weights, facts)


def _code_version() -> str:
    """Changes with what decides whether an older file of weights can still be read."""
    sources = sorted((ROOT / "recengine" / "models").glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def best_at_hand(config: pytest.Config) -> Prepared:
    """MovieLens-1M where RECENGINE_HOME holds it, else the small shop."""
    home = Path(os.environ.get("RECENGINE_HOME", ""))
    if (home / "datasets" / "movielens-1m" / "manifest.json").is_file():
        return Prepared(home, "movielens-1m")
    return small_shop(config)
