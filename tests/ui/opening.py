"""The whole app on the small engine: `app.py` as it is, only the loader replaced."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from recengine.data.progress import Progress
from recengine.ui import resources
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine

APP = Path(__file__).parents[2] / "app.py"
Load = Callable[[str, Path, Progress], FakeEngine]
OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> OpenApp:
    """Open a page of the app; `load` replaces the engine, keywords are the query string.

    However busy the machine is, the app waits `patience` seconds for the engine before it shows
    how far the engine is.
    """

    def open_it(
        page: str = "", load: Load | None = None, patience: float = 20.0, **address: str
    ) -> AppTest:
        st.cache_resource.clear()
        monkeypatch.setattr(resources, "QUICK_SECONDS", patience)
        engine = FakeEngine(make_dataset())
        monkeypatch.setattr(resources, "load_engine", load or (lambda *_: engine))
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(f"pages/{page}.py").run() if page else app

    return open_it
