import io
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from filelock import FileLock

from recengine.cli import demo


class Healthy(BaseHTTPRequestHandler):
    """Answers as a Streamlit server does when asked how it is."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Abandoned(io.StringIO):
    """A stream whose reader has left."""

    def write(self, _: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def dashboard(port):
    """Something on the port that answers like a dashboard."""
    server = HTTPServer(("127.0.0.1", port), Healthy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("engine", "dashboard")
def test_a_second_copy_on_the_same_port_says_so_in_one_line(recengine, port):
    outcome = recengine("demo", "--port", str(port))
    assert outcome.status == 2
    assert f"A dashboard is already open at http://localhost:{port}." in outcome.err
    assert f"make demo PORT={port + 1}" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_port_used_by_another_program_is_reported_before_anything_is_prepared(
    recengine, port, monkeypatch
):
    monkeypatch.setattr(demo, "open_engine", lambda *_: pytest.fail("prepared"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        outcome = recengine("demo", "--port", str(port))
    assert outcome.status == 2
    assert f"Port {port} of 127.0.0.1 cannot be used" in outcome.err


@pytest.mark.usefixtures("engine")
def test_a_second_copy_while_the_first_prepares_says_so(recengine, port, tmp_path):
    locks = tmp_path / "home" / "locks"
    locks.mkdir(parents=True)
    with FileLock(locks / f"demo-{port}.lock"):
        outcome = recengine("demo", "--port", str(port))
    assert outcome.status == 2
    assert f"Another copy of this command is getting ready for port {port}." in outcome.err


@pytest.fixture
def served(monkeypatch, tmp_path) -> list[list[str]]:
    """Command lines given to Streamlit, which is not started."""
    lines: list[list[str]] = []
    monkeypatch.setattr(demo.runpy, "run_module", lambda *_, **__: lines.append(list(sys.argv)))
    monkeypatch.setattr(demo, "_announce", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setenv("RECENGINE_DATA", "")
    monkeypatch.setenv("RECENGINE_WRITER", "")
    return lines


@pytest.mark.usefixtures("engine")
def test_the_dashboard_is_told_its_data_and_where_to_serve(recengine, port, served, tmp_path):
    assert recengine("demo", "--data", "storefront", "--port", str(port)).status == 0
    (line,) = served
    assert line[:2] == ["streamlit", "run"]
    assert line[-1].endswith("app.py")
    flags = {"--server.address=127.0.0.1", "--browser.gatherUsageStats=false"}
    assert {f"--server.port={port}", *flags} <= set(line)
    assert demo.os.environ["RECENGINE_DATA"] == "storefront"
    assert demo.os.environ["RECENGINE_HOME"] == str(tmp_path / "home")


@pytest.mark.usefixtures("served")
def test_another_writer_is_fetched_before_and_named_to_the_dashboard(recengine, port, engine):
    fetched = []
    engine.telling = SimpleNamespace(fetch_writer=fetched.append)
    assert recengine("demo", "--port", str(port), "--writer", "poet").status == 0
    assert len(fetched) == 1
    assert demo.os.environ["RECENGINE_WRITER"] == "poet"


@pytest.mark.usefixtures("dashboard")
def test_the_address_is_printed_once_it_answers(port, capsys, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(demo.webbrowser, "open", opened.append)
    monkeypatch.setenv("DISPLAY", ":0")
    demo._announce(port, headless=False)
    demo._announce(port, headless=True)
    assert f"The dashboard is open at http://localhost:{port}" in capsys.readouterr().out
    assert opened == [f"http://localhost:{port}"]


def test_an_address_is_not_printed_if_nothing_answers(port, capsys, monkeypatch):
    monkeypatch.setattr(demo, "SECONDS_TO_ANSWER", -1)
    demo._announce(port, headless=True)
    assert capsys.readouterr().out == ""


def test_the_dashboard_stops_even_if_nobody_reads_what_it_says():
    stream = demo._Forgiving(Abandoned())
    assert stream.write("Stopping ...\n") == len("Stopping ...\n")
    stream.flush()
    assert stream.isatty() is False
