"""A real dashboard in a real Chromium, on a workspace that is prepared once and kept.

Everything here is skipped, with a reason, where no Chromium is found.
"""

import contextlib
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.prepared import COMMAND, ROOT, Prepared, best_at_hand

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-dev-shm-usage", "--no-first-run"),
)
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium of this machine."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("browser tests are left out: no Chromium was found (.ci/run installs one)")
    return found


@pytest.fixture(scope="session")
def prepared(chromium: str, pytestconfig: pytest.Config) -> Prepared:  # noqa: ARG001
    """A workspace with data, vectors, a trained ranker and a map."""
    return best_at_hand(pytestconfig)


@contextlib.contextmanager
def serving(prepared: Prepared) -> Iterator[str]:
    """A dashboard on a free port; gives its address, and stops it as Ctrl-C does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["demo", "--data", prepared.data, "--port", str(port), "--headless"]
    with subprocess.Popen(
        [*COMMAND, *words, "--home", str(prepared.home)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("The dashboard is open at"):
                break
        else:
            pytest.fail("The dashboard did not start:\n" + "".join(said))
        try:
            yield f"http://localhost:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                pytest.fail("The dashboard did not stop within 20 s of Ctrl-C")


@pytest.fixture
def fresh_dashboard(prepared: Prepared) -> Iterator[str]:
    """The address of a dashboard that nobody has visited yet."""
    with serving(prepared) as address:
        yield address


@pytest.fixture(scope="session")
def dashboard(prepared: Prepared) -> Iterator[str]:
    """The address of a dashboard that all tests share."""
    with serving(prepared) as address:
        yield address


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a window of its own: `open_page(url, width=1440, color_scheme="dark")`."""
    contexts = []

    def open_address(
        url: str, *, width: int = 1440, height: int = 1000, color_scheme: str = "light"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=color_scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        return page

    yield open_address
    for context in contexts:
        context.close()
