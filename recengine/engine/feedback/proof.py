"""Measure whether feedback helps, and keep the figures beside those of the leaderboard.

    <dataset>-feedback.json     figures by ranker, arm and number of verdicts told

The figures are means over people, their gains paired person by person.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import torch

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Questions, Split
from recengine.data.workspace import Workspace, read_json, write_json
from recengine.engine.assets import results_file, safe_name
from recengine.engine.feedback.less import LessSessions, run_less
from recengine.engine.feedback.results import FeedbackProof
from recengine.engine.feedback.sessions import TOLD, Sessions, run_sessions, sessions_of
from recengine.engine.opening import fit_data
from recengine.engine.rankers import Rankers
from recengine.engine.workshop import circumstances
from recengine.errors import ConfigError, UnknownNameError
from recengine.evaluation.accuracy import hit_rate_at_k, ndcg_at_k
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.protocols import protocol_split
from recengine.models import MODELS
from recengine.models.base import Ranker
from recengine.training.adaptation import AdaptationConfig, learns

KIND = "feedback"  # in the place of a protocol in the names of files
OTHERS_ASKED = 50
LESS_ARMS = ("low", "less")
METRICS = {"ndcg@10": ndcg_at_k, "hr@10": hit_rate_at_k}
COLUMNS = [
    "ranker", "label", "arm", "told", "metric", "value", "low", "high",
    "difference", "diff_low", "diff_high",
]  # fmt: skip


def prove_feedback(
    dataset_name: str,
    workspace: Workspace,
    *,
    rankers: Sequence[str] = (),
    people: int = 0,
    seed: int = 0,
    progress: Progress = silent,
) -> FeedbackProof:
    """Run sessions of held-out people with every ranker that learns, and keep what came out.

    Of all people, every second one helped to choose how much feedback counts; the others are
    measured here.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where results are kept.
        rankers: which ones; all that are ready and learn from feedback if left out. Those measured
            before stay in the file.
        people: how many people at most, drawn at random; 0 for all.
        seed: of everything drawn.
        progress: told about the slow parts.

    Raises:
        UnknownNameError: no such ranker is ready.
        ConfigError: a ranker that carries feedback to no other item.
        DataError: nobody has enough events.
    """
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    ready = Rankers(fit_data(dataset, split, workspace, progress)[0], workspace, progress)
    names = _able(ready, rankers)
    asked = _measured_people(split, people, seed)
    reader = HistoryReader(split.log, dataset.profiles)
    kept = _kept(dataset.name, dataset.fingerprint, workspace)
    command = f"recengine evaluate {dataset_name} --feedback"
    for name in names:
        rows, facts = _measure(ready[name], reader, split, asked, seed, progress)
        limit = f" --people {people}" if people else ""
        facts["made_with"] = f"{command} --ranker {name}{limit}"
        kept["rows"] = [row for row in kept["rows"] if row["ranker"] != name] + rows
        kept["rankers"][name] = facts
        kept |= {
            "dataset": dataset.name,
            "data_fingerprint": dataset.fingerprint,
            "description": _description(split),
            "made_with": command,
        }
        write_json(workspace.folder("results") / f"{safe_name(dataset.name)}-{KIND}.json", kept)
    return _proof(kept, names[0])


def _able(ready: Rankers, wanted: Sequence[str]) -> list[str]:
    """The rankers that were asked for, or all; every one of them learns."""
    for name in wanted:
        if name not in ready:
            raise UnknownNameError("ranker", name, ready)
        if not learns(ready[name]):
            raise ConfigError(
                f"The ranker {name!r} has no item vectors and is no sum over events, so feedback "
                f"on one item says nothing of another. Choose one of "
                f"{', '.join(each for each in ready if learns(ready[each]))}."
            )
    return list(wanted) or [name for name in ready if learns(ready[name])]


def stored_proof(
    dataset_name: str, fingerprint: str, workspace: Workspace, ranker: str
) -> FeedbackProof | None:
    """What was measured for a dataset; None if nobody measured this ranker on these data."""
    kept = _kept(dataset_name, fingerprint, workspace)
    return _proof(kept, ranker) if ranker in kept["rankers"] else None


def _kept(dataset_name: str, fingerprint: str, workspace: Workspace) -> dict[str, Any]:
    path = results_file(dataset_name, KIND, workspace, fingerprint)
    kept = read_json(path) if path is not None else {}
    if kept.get("data_fingerprint") != fingerprint:
        return {"rankers": {}, "rows": []}
    return kept


def _measured_people(split: Split, people: int, seed: int) -> Questions:
    asked = sessions_of(split)
    asked = asked.take(np.flatnonzero(asked.users % 2 == 1))
    if people and people < len(asked):
        drawn = np.random.default_rng(seed).choice(len(asked), people, replace=False)
        asked = asked.take(np.sort(drawn))
    return asked


def _description(split: Split) -> str:
    rules = split.description.partition(":")[0]
    return (
        f"{rules}; the last {TOLD} choices before the held-out one are taken out of the history "
        f"and told one by one as “more like this”; they do not compete, in any arm; the rankers "
        f"learnt from all of them but the last, and never from the held-out one; “less like this” "
        f"is told, with the whole history known, of the latest {TOLD} items that a person met and "
        f"never valued above the lowest quarter of the scale, by those who have so many"
    )


def _measure(
    ranker: Ranker,
    reader: HistoryReader,
    split: Split,
    asked: Questions,
    seed: int,
    progress: Progress,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    config = AdaptationConfig()
    others = _others(split)
    before = _digests(ranker, reader, others)
    began = time.perf_counter()
    sessions = run_sessions(ranker, reader, split, asked, config, seed=seed, progress=progress)
    low = run_less(ranker, reader, split, asked, config, seed=seed, progress=progress)
    seconds = time.perf_counter() - began
    after = _digests(ranker, reader, others)
    facts = {
        "people": len(asked),
        "people_less": len(low.users),
        "others_asked": len(others),
        "others_changed": sum(one != two for one, two in zip(before, after, strict=True)),
        "milliseconds": round(1000 * float(np.median(sessions.seconds)), 2),
        "seconds": round(seconds, 1),
        "config": asdict(config),
        **circumstances(),
    }
    return _rows(ranker.name, sessions, low), facts


def _others(split: Split) -> Questions:
    """People who take no part in any session."""
    bystanders = split.test.take(np.flatnonzero(split.test.users % 2 == 0))
    return bystanders.take(np.arange(min(OTHERS_ASKED, len(bystanders))))


@torch.inference_mode()
def _digests(ranker: Ranker, reader: HistoryReader, asked: Questions) -> list[str]:
    """One per person; equal only if every score is equal to the last bit."""
    digests = []
    for row in range(len(asked)):
        one = asked.take(np.array([row]))
        history = reader.read(one.users, one.starts, one.stops, max_length=ranker.events_read)
        digests.append(hashlib.sha256(ranker.score(history).numpy().tobytes()).hexdigest())
    return digests


def _rows(name: str, sessions: Sessions, low: LessSessions) -> list[dict[str, Any]]:
    arms = [("own", told, sessions.own[:, told]) for told in range(TOLD + 1)]
    arms += [("others", told, sessions.others[:, told]) for told in range(1, TOLD + 1)]
    arms.append(("events", TOLD, sessions.events))
    if len(low.users):
        arms += [("low", told, low.low[:, told]) for told in range(TOLD + 1)]
        arms += [("less", told, low.less[:, told]) for told in range(1, TOLD + 1)]
    rows = []
    for metric, measure in METRICS.items():
        for arm, told, ranks in arms:
            untold = low.low if arm in LESS_ARMS else sessions.own
            values = measure(ranks, 10)
            own = bootstrap_mean(values)
            gain = bootstrap_mean(values - measure(untold[:, 0], 10))
            numbers = (own.mean, own.low, own.high, gain.mean, gain.low, gain.high)
            words = (name, MODELS[name].label, arm, told, metric)
            rows.append(dict(zip(COLUMNS, (*words, *numbers), strict=True)))
    return rows


def _proof(kept: dict[str, Any], ranker: str) -> FeedbackProof:
    table = pd.DataFrame(kept["rows"], columns=COLUMNS)
    return FeedbackProof(
        table=table,
        facts=kept["rankers"],
        description=kept["description"],
        made_with=kept["made_with"],
        sentence=_sentence(table, kept["rankers"][ranker], ranker),
    )


def _sentence(table: pd.DataFrame, facts: dict[str, Any], ranker: str) -> str:
    """What five clicks do, what any five clicks would do, and what happens to everybody else."""
    mine = table[(table["ranker"] == ranker) & (table["metric"] == "hr@10")].set_index("arm")
    own = mine.loc[["own"]].set_index("told")
    first, last = own.loc[0], own.loc[TOLD]
    sure = last["diff_low"] > 0 or last["diff_high"] < 0
    verb = "raised" if last["difference"] > 0 else "lowered"
    found = f"the share whose next choice stands among the first ten from {first['value']:.1%}"
    told = (
        f"Of {facts['people']:,} held-out people, {TOLD} clicks on “more like this” {verb} {found} "
        f"to {last['value']:.1%}"
        if sure
        else f"With {facts['people']:,} held-out people, {TOLD} clicks on “more like this” made no "
        f"difference we can trust ({first['value']:.1%} before, {last['value']:.1%} after)"
        + _as_events(mine.loc["events"])
    )
    changed = facts["others_changed"]
    rest = "nobody else's list changed" if not changed else f"{changed} other lists changed"
    return f"{told}{_less(mine, facts)}; {rest}."


def _less(mine: pd.DataFrame, facts: dict[str, Any]) -> str:
    """What the same number of clicks on “less” does; nothing where that was not measured."""
    if "low" not in mine.index:
        return ""
    low = mine.loc[["low"]].set_index("told")
    first, last = low.loc[0], low.loc[TOLD]
    clicks = f"; {TOLD} on “less like this” by {facts['people_less']:,} who had valued items low"
    if last["diff_low"] <= 0 <= last["diff_high"]:
        return f"{clicks} made no difference we can trust"
    verb = "raised" if last["difference"] > 0 else "lowered"
    return f"{clicks} {verb} that share from {first['value']:.1%} to {last['value']:.1%}"


def _as_events(known: pd.Series) -> str:
    """Whether there was anything to gain: what full knowledge of the same choices did."""
    if known["diff_low"] > 0:
        return ", though knowing them as events helps"
    return "; knowing them as events of the history makes none either"
