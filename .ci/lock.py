"""Remake both lock files from pyproject.toml: newest fitting versions, in a throw-away environment.

PyTorch keeps its version: it is gigabytes on some machines, so it is raised by hand alone.

Usage: python .ci/lock.py
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Exact versions of everything that {}. Remade by: make lock\n"
PLATFORM_ONLY = ("nvidia-", "cuda-", "triton", "pip==")  # torch asks for these itself where needed


def frozen(python: Path, *requirements: str) -> set[str]:
    """Install into the environment of `python` and list all that is there, without us."""
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    freeze = [python, "-m", "pip", "freeze", "--all", "--exclude", "recengine"]
    lines = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout.splitlines()
    pins = {line.split("+")[0] for line in lines}  # "+cpu" names a build, not a version
    return {pin for pin in pins if not pin.lower().startswith(PLATFORM_ONLY)}


def write(name: str, purpose: str, pins: set[str]) -> None:
    """Write one lock file."""
    (ROOT / name).write_text(
        HEADER.format(purpose) + "".join(f"{pin}\n" for pin in sorted(pins, key=str.lower))
    )


def kept(package: str) -> str:
    """The pin that a package has now."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{package}=="))


def main() -> None:
    """Resolve, freeze, write."""
    torch = kept("torch")
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        run = frozen(python, f"{ROOT}[app]", torch, "hatchling", "editables")
        dev = frozen(python, f"{ROOT}[app,dev]", torch)
    write("requirements.lock", "runs recengine and its dashboard", run)
    write("requirements-dev.lock", "checks recengine, beside requirements.lock", dev - run)
    print(f"{len(run)} pins to run, {len(dev - run)} more to check.")


if __name__ == "__main__":
    sys.exit(main())
