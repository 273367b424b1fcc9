"""The dashboard: prepare what is missing, then serve it until Ctrl-C.

Streamlit is run as a program, but within this process: the libraries that preparing has loaded,
which take most of the start, are then there already, and no child can be left behind.
"""

import contextlib
import gc
import os
import runpy
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import Annotated, Any

import typer
from filelock import Timeout

from recengine.cli.options import DEFAULT_HOME, Home, Writer, open_engine
from recengine.cli.output import ProgressLines
from recengine.data.workspace import Workspace
from recengine.engine.handover import hand_over
from recengine.errors import ConfigError

SECONDS_TO_ANSWER = 60


def demo(
    data: Annotated[
        str, typer.Option("--data", metavar="DATA", help="Dataset to begin with.")
    ] = "movielens-1m",
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where to serve.")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
    address: Annotated[
        str, typer.Option("--address", help="0.0.0.0 lets other machines in; nobody is asked who.")
    ] = "127.0.0.1",
    writer: Writer = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Prepare what is missing, then open the dashboard."""
    workspace = Workspace(home)
    check_port(address, port)
    try:
        with workspace.lock(f"demo-{port}").acquire(timeout=0):
            engine = open_engine(data, home, writer)
            if writer:
                with ProgressLines() as progress:
                    engine.telling.fetch_writer(progress)
            hand_over(engine, data, home)
            check_port(address, port)  # somebody else may have come while we prepared
            serve(data, home, address, port, headless, writer)
    except Timeout as error:
        raise ConfigError(
            f"Another copy of this command is getting ready for port {port}. Wait for its "
            f"dashboard, or choose another port: --port {port + 1} (make demo PORT={port + 1})."
        ) from error


def check_port(address: str, port: int) -> None:
    """Make sure that nobody serves there.

    Raises:
        ConfigError: the port is taken, or the address is not of this machine.
    """
    other = f"Choose another port: --port {port + 1} (make demo PORT={port + 1})."
    if _answers(port):
        raise ConfigError(f"A dashboard is already open at http://localhost:{port}. {other}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            reason = error.strerror or error
            raise ConfigError(
                f"Port {port} of {address} cannot be used ({reason}). {other}"
            ) from error


def serve(data: str, home: Path, address: str, port: int, headless: bool, writer: str = "") -> None:
    """Run Streamlit on the dashboard until it is stopped."""
    from recengine.engine.assets import dashboard_folder

    folder = dashboard_folder()
    # read by recengine.ui, which cannot be handed arguments
    own = str(Path(writer).absolute()) if writer and Path(writer).is_dir() else writer
    os.environ |= {
        "RECENGINE_DATA": data,
        "RECENGINE_HOME": str(home.absolute()),
        "RECENGINE_WRITER": own,
    }
    os.chdir(folder)  # .streamlit/config.toml is looked for in the current folder
    threading.Thread(target=_announce, args=(port, headless), daemon=True).start()
    # Streamlit looks for garbage after every run of a page; it need not look through all of this.
    gc.collect()
    gc.freeze()
    options = {
        "server.port": port,
        "server.address": address,
        "server.headless": "true",  # asks for no address; the browser is opened by _announce
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    sys.argv = ["streamlit", "run", *flags, str(folder / "app.py")]
    with contextlib.redirect_stdout(_Forgiving(sys.stdout)):
        try:
            runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
        except SystemExit as stop:
            if stop.code:
                raise
        typer.echo("Stopped.")


class _Forgiving:
    """A stream that may lose its reader; without it Streamlit's farewell would fail, and with that
    its stopping.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write as far as somebody reads."""
        with contextlib.suppress(BrokenPipeError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush as far as somebody reads."""
        with contextlib.suppress(BrokenPipeError):
            self._stream.flush()


def _announce(port: int, headless: bool) -> None:
    """Print the address once the dashboard answers, and open it in the browser."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(port):
        if time.monotonic() > deadline:
            return
        time.sleep(0.1)
    address = f"http://localhost:{port}"
    typer.echo(f"The dashboard is open at {address} (Ctrl-C stops it).")
    has_screen = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_screen and not headless:
        webbrowser.open(address)


def _answers(port: int) -> bool:
    """Whether a Streamlit server answers on this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as reply:
            return reply.read(3) == b"ok"
    except (OSError, urllib.error.HTTPError, ValueError):
        return False
