"""A web server on this machine, so that downloads are tested without a network."""

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class LocalSite:
    """A folder, the address under which it is served, and the paths that were asked for."""

    folder: Path
    url: str
    requests: list[str]


@pytest.fixture
def local_site(tmp_path) -> Iterator[LocalSite]:
    folder = tmp_path / "site"
    folder.mkdir()
    requests: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            requests.append(self.path)

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield LocalSite(folder, f"http://127.0.0.1:{server.server_port}", requests)
        server.shutdown()
        thread.join()
