from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from recengine.data.workspace import Workspace
from recengine.engine import Engine, opening
from recengine.engine.assets import safe_name
from recengine.errors import DataError
from recengine.models.base import FitData
from recengine.models.unified import Unified
from recengine.training.rankers import save_ranker
from recengine.types import Request
from tests.engine.conftest import SHOP


def test_a_ranker_of_other_data_fails_alone_and_says_why(
    data: FitData,
    unified: Unified,
    longest: str,
    measure_here: Callable[[pytest.MonkeyPatch, ModuleType], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    measure_here(monkeypatch, opening)
    home = Workspace(tmp_path)
    path = home.folder("rankers") / f"{safe_name(SHOP)}-unified.safetensors"
    save_ranker(path, unified, replace(data.dataset, context_features=()), {"made": "now"})
    engine = Engine(opening.open_state(SHOP, home))
    with pytest.raises(DataError, match=r"with other context.*until then choose another ranker"):
        engine.recommend(Request(user_id=longest, ranker="unified"))
    assert len(engine.recommend(Request(user_id=longest, ranker="recency-ease")).items) == 10
