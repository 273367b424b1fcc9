"""Which facts about the moment matter: the same questions, asked with some of them hidden.

A feature matters if the held-out item falls when the feature is hidden. Shuffling it among the
questions is the control: if a shuffled feature does as well as the true one, the ranker gained from
being told something, not from what it was told.

Papers: Breiman, "Random Forests", Machine Learning 2001 (importance by permutation); Fisher, Rudin
& Dominici, JMLR 2019 (model reliance). Differs: one permutation, differences question by question.
Axes: question, context = features of the moment.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from recengine.data.dataset import Log
from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions
from recengine.evaluation.accuracy import ndcg_at_k
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import Ranker
from recengine.types import UNKNOWN_CODE

Moments = Int64[np.ndarray, "question context"]
PLACES = 10


@dataclass(frozen=True)
class AskedMoments:
    """NDCG@10 of every question, by what was told about its moment.

    Attributes:
        known: everything, as it was.
        unknown: nothing.
        shuffled: the whole moment of another question.
        without: everything but one feature, by its place among the features.
        mixed: everything, one feature being that of another question.
        alone: one feature and nothing else.
    """

    known: Float64[np.ndarray, "question"]
    unknown: Float64[np.ndarray, "question"]
    shuffled: Float64[np.ndarray, "question"]
    without: tuple[Float64[np.ndarray, "question"], ...]
    mixed: tuple[Float64[np.ndarray, "question"], ...]
    alone: tuple[Float64[np.ndarray, "question"], ...]


def moments_of(log: Log, questions: Questions) -> Moments:
    """Codes of the moment of each held-out event."""
    return log.contexts[questions.stops].astype(np.int64)


def hidden(moments: Moments, places: list[int] | slice) -> Moments:
    """Some features unknown."""
    changed = moments.copy()
    changed[:, places] = UNKNOWN_CODE
    return changed


def shuffled(moments: Moments, places: list[int] | slice, rng: np.random.Generator) -> Moments:
    """Some features taken together from another question, the others left as they are."""
    changed = moments.copy()
    changed[:, places] = moments[rng.permutation(len(moments))][:, places]
    return changed


def ask_moments(
    ranker: Ranker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> AskedMoments:
    """Ask every question in every way.

    Args:
        ranker: what is measured.
        reader: of the log that the questions point into.
        questions: held-out events, whose moments are known.
        candidates: which items compete.
        seed: of the shuffling.
        progress: told after every way of asking.
    """
    rng = np.random.default_rng(seed)
    moments = moments_of(reader.log, questions)
    num_features = moments.shape[1]
    everything = slice(None)
    others = [[f for f in range(num_features) if f != feature] for feature in range(num_features)]
    ways = [moments, hidden(moments, everything), shuffled(moments, everything, rng)]
    ways += [hidden(moments, [feature]) for feature in range(num_features)]
    ways += [shuffled(moments, [feature], rng) for feature in range(num_features)]
    ways += [hidden(moments, others[feature]) for feature in range(num_features)]
    gains = []
    for way in ways:
        ranks = target_ranks(
            ranker,
            reader,
            questions,
            candidates,
            max_length=ranker.events_read,
            moments=way,
        )
        gains.append(ndcg_at_k(ranks, PLACES))
        progress("Asking with other moments", len(gains), len(ways))
    known, unknown, mixed_up, *by_feature = gains
    parts = [
        tuple(by_feature[start : start + num_features])
        for start in range(0, 3 * num_features, num_features or 1)
    ]
    without, mixed, alone = parts if num_features else ((), (), ())
    return AskedMoments(known, unknown, mixed_up, without, mixed, alone)
