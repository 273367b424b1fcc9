"""Is a language model that reads history, moment and item together worth its time? Measured.

It is asked about a random sample of people: reading a hundred items for one of them takes seconds.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Int64

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Questions, Split
from recengine.data.workspace import Workspace
from recengine.engine.opening import fit_data
from recengine.engine.paired import HITS, NDCG, compared
from recengine.engine.rankers import Rankers
from recengine.engine.texts.measures import READING, write_section
from recengine.evaluation.protocols import protocol_split
from recengine.evaluation.ranking import reranked_ranks, target_ranks
from recengine.models import MODELS
from recengine.models.base import FitData
from recengine.models.joint_text import JointText
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine

PEOPLE = 200
TIMED = 3  # requests whose time is taken, after one that is not
UNREAD = "joint-text-unread"
# tokens of history and of the item; the first is what the ranker uses
BUDGETS = ((24, 16), (12, 8), (48, 32))


def measure_reading(
    dataset_name: str, workspace: Workspace, *, people: int = PEOPLE, progress: Progress = silent
) -> list[dict[str, Any]]:
    """Ask the ranker that reads, and those it builds on, about the same people.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where the ranker and results are kept.
        people: how many are asked.
        progress: told how many were asked.

    Raises:
        ConfigError: the ranker was not trained on this data.
    """
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    data, _ = fit_data(dataset, split, workspace, progress)
    rankers = Rankers(data, workspace, progress)
    joint = rankers.trained(JointText)
    asked = split.test.sample(people)
    ranks = _ranks(rankers, joint, split, asked, progress)
    seconds, times = _seconds(joint, data, split, asked)
    rows = _rows(ranks, asked, seconds)
    facts = {
        "people": len(asked),
        "listed": int((ranks[RecencyEase.name] <= joint.config.shortlist).sum()),
        "shortlist": joint.config.shortlist,
        "split": split.description,
        "threads": torch.get_num_threads(),
        "device": str(joint.reads_on),
        "budgets": times,
        "training": rankers.facts(JointText.name),
    }
    made_with = f"recengine texts {dataset_name} --reading --people {people}"
    write_section(dataset, READING, workspace, rows, made_with, facts)
    return rows


def _ranks(
    rankers: Rankers, joint: JointText, split: Split, asked: Questions, progress: Progress
) -> dict[str, Int64[np.ndarray, "question"]]:
    """Where each held-out choice stands: by what it builds on, without reading, and read."""
    reader = HistoryReader(split.log, rankers.data.dataset.profiles)
    where = (reader, asked, split.candidates)
    ranks = {
        RecencyEase.name: target_ranks(rankers[RecencyEase.name], *where),
        TextCosine.name: target_ranks(rankers[TextCosine.name], *where),
    }
    joint.reads = False
    try:
        ranks[UNREAD] = reranked_ranks(joint, *where)
    finally:
        joint.reads = True
    ranks[JointText.name] = reranked_ranks(joint, *where, progress=progress)
    return ranks


def _rows(
    ranks: Mapping[str, Int64[np.ndarray, "question"]], asked: Questions, seconds: float
) -> list[dict[str, Any]]:
    """Every metric of every ranker, held against the one that finds the candidates."""
    first = ranks[RecencyEase.name]
    return [
        {
            "name": name,
            "label": "The same without reading" if name == UNREAD else MODELS[name].label,
            "metric": metric,
            **compared(found, None if name == RecencyEase.name else first, asked.users, metric),
            "seconds": seconds if name == JointText.name else None,
            "questions": len(asked),
        }
        for name, found in ranks.items()
        for metric in (NDCG, HITS)
    ]


def _seconds(
    joint: JointText, data: FitData, split: Split, asked: Questions
) -> tuple[float, list[dict[str, Any]]]:
    """Of one request by itself, for each budget of tokens; and how much of the texts it covers."""
    usual = joint.config
    reader = HistoryReader(split.log, data.dataset.profiles)
    told = []
    for history_tokens, item_tokens in BUDGETS:
        tried = replace(usual, history_tokens=history_tokens, item_tokens=item_tokens)
        if not joint.can_read(tried):
            continue
        joint.config = tried
        joint.forget()
        taken = [_time(joint, reader, asked, row) for row in range(TIMED + 1)][1:]
        told.append(
            {
                "history_tokens": history_tokens,
                "item_tokens": item_tokens,
                "seconds": float(np.median(taken)),
                "texts_read_whole": _covered(joint.text_lengths(), item_tokens),
            }
        )
    joint.config = usual
    joint.forget()
    return told[0]["seconds"], told


def _time(joint: JointText, reader: HistoryReader, asked: Questions, row: int) -> float:
    one = asked.take(np.array([row % len(asked)]))
    moment = reader.log.contexts[one.stops]
    history = reader.read(
        one.users, one.starts, one.stops, max_length=joint.events_read, request=moment
    )
    started = time.perf_counter()
    with torch.inference_mode():
        joint.score(history)
    return time.perf_counter() - started


def _covered(lengths: Sequence[int], budget: int) -> float:
    return float(np.mean(np.array(lengths) <= budget))
