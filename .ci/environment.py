"""Make or refresh `.venv` from the lock files; does nothing when it is already right.

Usage: python .ci/environment.py [run | dev]

Only the standard library, and a syntax that old Pythons read too, so that they can say what is
wrong in one line. A killed run is picked up by the next: the stamp is written last.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST = (3, 11)
LOCKS = {"run": ("requirements.lock",), "dev": ("requirements.lock", "requirements-dev.lock")}


def wanted(kind):
    """Digest of all that decides what belongs into the environment."""
    digest = hashlib.sha256()
    for name in (*LOCKS[kind], "pyproject.toml", ".ci/environment.py"):
        digest.update((ROOT / name).read_bytes())
    digest.update(f"{ROOT} {sys.version}".encode())
    return digest.hexdigest()


def is_ready(kind):
    """Whether the environment is there, whole, and made from the present lock files."""
    kinds = ("run", "dev") if kind == "run" else ("dev",)  # dev holds everything that run does
    return (BIN / "recengine").exists() and any(
        (VENV / f"ready-{each}").is_file() and (VENV / f"ready-{each}").read_text() == wanted(each)
        for each in kinds
    )


def check_python():
    """Leave with one line if this Python cannot make the environment."""
    version = "{}.{}".format(*sys.version_info)
    if sys.version_info < OLDEST:
        sys.exit(
            f"recengine needs Python 3.11 or newer; {sys.executable} is {version}. "
            "Install one, or name it: make demo PYTHON=/path/to/python3"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            f"{sys.executable} comes without venv. On Debian or Ubuntu: sudo apt-get install "
            f"python{version}-venv, then run the same command again."
        )


def lock():
    """Keep a second copy of this script out until this one ends, however it ends."""
    VENV.mkdir(exist_ok=True)
    handle = (VENV / "install.lock").open("w")
    try:
        import fcntl
    except ImportError:  # Windows: nothing to lock with in the standard library
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("Another copy is installing into .venv; waiting for it ...", flush=True)
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def run(what, *command):
    """Run one step, showing what it is and what pip is at; leave with one line if it fails."""
    print(what, end=" ", flush=True)
    began = time.monotonic()
    lines = []
    with subprocess.Popen(
        command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout:
            lines.append(line)
            if sys.stdout.isatty() and line.startswith("Collecting "):
                print("\r\033[K" + what, line.split()[1], end=" ", flush=True)
    if process.returncode:
        log = VENV / "install.log"
        log.write_text("".join(lines))
        lines = [line.strip() for line in lines if line.strip()] or ["no output"]
        errors = [line for line in lines if "error:" in line.lower()] or lines
        sys.exit(f"failed: {errors[-1]} (all of it in {log})")
    if sys.stdout.isatty():
        print("\r\033[K" + what, end=" ")
    print(f"done in {time.monotonic() - began:.0f} s", flush=True)


def install(kind):
    """Bring `.venv` to the state that the lock files describe."""
    for stamp in VENV.glob("ready-*"):
        stamp.unlink()
    python = BIN / "python"
    made_for, here = VENV / "made-for", f"{ROOT} {sys.version}"
    if not (python.exists() and made_for.is_file() and made_for.read_text() == here):
        for leftover in VENV.iterdir():
            if leftover.is_dir():
                shutil.rmtree(str(leftover))
        run("Making .venv ...", sys.executable, "-m", "venv", str(VENV))
        made_for.write_text(here)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
    locks = [part for name in LOCKS[kind] for part in ("-r", name)]
    run(f"Installing what {' and '.join(LOCKS[kind])} names ...", *pip, *locks)
    # hatchling comes from the lock file, so no build environment has to be fetched
    run("Installing recengine ...", *pip, "--no-deps", "--no-build-isolation", "-e", ".")
    (VENV / f"ready-{kind}").write_text(wanted(kind))


def main():
    """Check, then install if anything is missing."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    check_python()
    if is_ready(kind):
        return
    handle = lock()
    try:
        if not is_ready(kind):
            install(kind)
    finally:
        handle.close()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from here.")
