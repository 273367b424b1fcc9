"""How fast is our SASRec beside RecBole's of the same size? Both in one run, in turns.

    python -m tests.benchmarks.recbole [--data movielens-100k] [--lengths 50,200] [--budget 60]
    python -m tests.benchmarks.recbole --data movielens-1m --lengths 50 --to-quality --budget 3600

The same training events, the same targets (P-A; RecBole's leave-one-out of the same log), 64
numbers an item, 2 layers of 2 heads, feed-forward width 64 (RecBole's default is 256), dropout
0.2, cross-entropy over the whole catalogue, the same threads, the same --device: the processor, or
a GPU with cuda. Each side trains as it comes otherwise: RecBole one prefix a row, 2048 rows a
batch, Adam at 0.001; ours whole histories, a target at every position, with the recipe of
`recengine train`. Ours has no dropout on attention weights, and its last product is in bfloat16
where the device has it.

Speed is seconds per target, times the targets of a whole pass; as many batches are measured as
`--budget` seconds allow, after a warm-up. Histories longer than --lengths are cut by RecBole to
the last events before each target, by us to a window at random. Memory is the peak of a process
of its own, loading included, without that of a GPU. Quality: NDCG@10 of everybody's validation
question after each epoch, time in training steps only, then the test question at the best epoch.
RecBole does not filter seen items for sequential models, so its scores are ranked by our rules on
both; its own figure must be what we get without the filter, and both are printed.

RecBole 1.2.1 gets an environment of its own under --environment, made once: Python 3.11 or 3.12,
without ray (only its quick_start needs it), numpy 1 and pandas 2, and the torch that we run on.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import torch

from recengine.data.devices import find_device
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, leave_last_out
from recengine.data.workspace import Workspace

SIDES = Path(__file__).parent / "sides"
PINS = (
    f"torch=={torch.__version__.partition('+')[0]}",
    *("numpy==1.26.4", "pandas==2.3.3", "scipy==1.17.1", "scikit-learn==1.9.1", "pyyaml==6.0.3"),
    *("tqdm==4.70.1", "colorlog==4.7.2", "colorama==0.4.4", "texttable==1.7.2", "psutil==7.2.2"),
    *("tabulate==0.10.0", "tensorboard==2.21.0", "thop==0.1.1.post2209072238"),
)
RECBOLE = "recbole==1.2.1"  # without its dependencies: only its quick_start needs ray
KNOWN_TARGETS = {"movielens-1m": 0.17}  # NDCG@10 to reach; elsewhere RecBole's best
RECBOLE_EPOCHS = 300


def main() -> None:
    """Measure and print."""
    asked = arguments()
    find_device(asked.device)  # fails at once if it is not there
    dataset = load_dataset(asked.data, Workspace(asked.home))
    split = leave_last_out(dataset)
    pythons = {"recbole": environment(asked.environment), "ours": Path(sys.executable)}
    with tempfile.TemporaryDirectory() as folder:
        write_events(split, Path(folder) / "events")
        bench = Bench(asked, pythons, Path(folder))
        print(f"{dataset.title}; {split.description}; {asked.threads} threads, {asked.device}")
        for length in map(int, asked.lengths.split(",")):
            bench.speed(length)
            if asked.to_quality:
                bench.quality(length)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cache = platformdirs.user_cache_path("recengine")
    home = os.environ.get("RECENGINE_HOME", platformdirs.user_data_path("recengine"))
    parser.add_argument("--data", default="movielens-100k")
    parser.add_argument("--lengths", default="50,200", help="events of a history that are read")
    parser.add_argument("--passes", type=int, default=1, help="over the targets, at most")
    parser.add_argument("--budget", type=float, default=60, help="seconds a measurement at most")
    parser.add_argument("--rounds", type=int, default=1, help="turns of each side; medians count")
    parser.add_argument("--to-quality", action="store_true", help="time to reach a quality, too")
    parser.add_argument("--target", type=float, help="NDCG@10; 0 for RecBole's best")
    parser.add_argument("--epochs", type=int, default=0, help="at most, for both; 0: as they come")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="of both sides")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, default=Path(home), help="our workspace")
    parser.add_argument("--environment", type=Path, default=cache / "recbole-1.2.1")
    return parser.parse_args()


def environment(folder: Path) -> Path:
    """The Python of RecBole's environment, made if it is not there whole."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, wanted = folder / "made-of", " ".join((RECBOLE, *PINS))
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"Making RecBole's environment in {folder}", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, *PINS], check=True)
        subprocess.run([*install, "--no-deps", RECBOLE], check=True)
        stamp.write_text(wanted)
    return python


def write_events(split: Split, folder: Path) -> None:
    """Our log as RecBole reads it: our indices as names, places in the history as times."""
    log = split.log
    rows = np.flatnonzero(np.isin(log.users, split.test.users))  # people that can be asked
    places = rows - log.offsets[log.users[rows]]
    folder.mkdir()
    lines = zip(log.users[rows], log.items[rows], places, strict=True)
    table = "".join(f"{user}\t{item}\t{place}\n" for user, item, place in lines)
    head = "user_id:token\titem_id:token\ttimestamp:float\n"
    (folder / "events.inter").write_text(head + table)


class Bench:
    """Both sides on one dataset."""

    def __init__(self, asked: argparse.Namespace, pythons: dict[str, Path], folder: Path) -> None:
        self.asked, self.pythons, self.folder = asked, pythons, folder

    def speed(self, length: int) -> None:
        """Time per pass and memory, in turns."""
        asked = self.asked
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in self.pythons}
        for _ in range(asked.rounds):
            for name in runs:
                task = {"phase": "speed", "passes": asked.passes, "budget": asked.budget}
                runs[name].append(self._run(name, length, task))
        print(f"\nHistories of at most {length} events")
        per_pass, memory = {}, {}
        for name, answers in runs.items():
            last = answers[-1]
            each = [one["seconds"] / one["targets"] * one["pass_targets"] for one in answers]
            per_pass[name] = statistics.median(each)
            memory[name] = statistics.median(one["mebibytes"] for one in answers)
            print(
                f"{name:8} {per_pass[name]:9.2f} s a pass of {last['pass_targets']:,} targets "
                f"(measured on {last['targets']:,} in {last['seconds']:.1f} s), "
                f"peak {memory[name]:,.0f} MiB, {last['parameters']:,} weights, "
                f"{last['preparation']:.1f} s to prepare"
            )
        print(f"ratio    {per_pass['recbole'] / per_pass['ours']:9.1f} x faster a pass")
        print(f"ratio    {memory['recbole'] / memory['ours']:9.1f} x less memory")

    def quality(self, length: int) -> None:
        """Time until validation reaches a quality, RecBole first: its best may be the target."""
        asked = self.asked
        target = KNOWN_TARGETS.get(asked.data) if asked.target is None else asked.target or None
        task = {"phase": "quality", "budget": asked.budget, "target": target}
        theirs = {"epochs": asked.epochs or RECBOLE_EPOCHS}
        answers = {"recbole": self._run("recbole", length, task | theirs)}
        target = target or max(score for _, score in answers["recbole"]["history"])
        ours = {"epochs": asked.epochs, "target": target}
        answers["ours"] = self._run("ours", length, task | ours)
        print(f"\nTime to NDCG@10 {target:.4f} on validation, histories of at most {length} events")
        for name, answer in answers.items():
            best = max(score for _, score in answer["history"])
            took = reached_after(answer["history"], target)
            said = f"{took:.1f} s" if took else f"not in {answer['history'][-1][0]:.1f} s"
            print(
                f"{name:8} {said}, {len(answer['history'])} epochs, best {best:.4f}, "
                f"test {answer['test']:.4f}"
            )
        theirs_facts = answers["recbole"]
        print(
            f"RecBole unfiltered on test: {theirs_facts['test_unfiltered']:.4f} by us, "
            f"{theirs_facts['test_by_recbole']:.4f} by its own evaluator"
        )
        theirs_took, ours_took = (
            reached_after(answers[name]["history"], target) for name in ("recbole", "ours")
        )
        if ours_took:
            at_least = theirs_took or answers["recbole"]["history"][-1][0]
            word = "" if theirs_took else "at least "
            print(f"ratio    {word}{at_least / ours_took:.1f} x sooner")

    def _run(self, name: str, length: int, task: dict[str, Any]) -> dict[str, Any]:
        """One measurement in a process of its own."""
        asked, answer = self.asked, self.folder / "answer.json"
        task |= {"length": length, "threads": asked.threads, "seed": asked.seed}
        task["device"] = asked.device
        task |= {"answer": str(answer), "data": asked.data, "home": str(asked.home)}
        task |= {"name": "events", "data_path": str(self.folder)}
        (self.folder / "task.json").write_text(json.dumps(task))
        script = SIDES / ("theirs.py" if name == "recbole" else "ours.py")
        command = [str(self.pythons[name]), "-W", "ignore", str(script)]
        threads = {"OMP_NUM_THREADS": str(asked.threads)}
        subprocess.run(
            [*command, str(self.folder / "task.json")],
            check=True,
            cwd=self.folder,
            env={**os.environ, **threads},
        )
        return json.loads(answer.read_text())


def reached_after(history: list[tuple[float, float]], target: float) -> float | None:
    """Seconds of training until validation had the target."""
    return next((seconds for seconds, score in history if score >= target), None)


if __name__ == "__main__":
    main()
