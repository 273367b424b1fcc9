"""How much of what moments truly do a ranker found, in the simulated shop, whose truth is known.

Nothing is drawn: the true probability of every item is known, so the quality of a list is its
expected NDCG@10, the sum over its places of the true probability of what stands there times the
discount of the place. Two bounds stand beside the ranker: the oracle that knows the true
probabilities, with and without the moment; and the ranker itself with the true effects of the
moment added to its own scores for no moment, which is what it could gain by learning moments alone.

Axes: request = persons times moments, item = without padding, told = the moments of a person and
one more to take in their place, scored = those and last none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float64, Int, Int64
from scipy.stats import rankdata

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions, Split
from recengine.data.storefront import StorefrontTruth
from recengine.data.storefront.catalogue import category_shares_of_kinds
from recengine.data.storefront.effects import CONTEXT_EFFECTS, CONTEXT_FEATURES, effect_matrix
from recengine.evaluation.bootstrap import TAILS, Interval, bootstrap_mean, resampled_means
from recengine.models.base import Ranker

PLACES = 10
STRENGTHS = (1.0, 1.5, 2.0, 3.0)  # of the true effects on a ranker's own scale, the best one counts
MOMENTS_OF_THE_SHOP = 300  # drawn from the log, for what is likely when the moment is not known


@dataclass(frozen=True)
class MomentGains:
    """Expected NDCG@10 of every request, and how like the truth its change is.

    Attributes:
        people: user index of each request.
        as_it_came: whether the moment is that of the held-out event rather than a drawn one. The
            history often tells such a moment beforehand, as visits last.
        known, unknown, shuffled: the ranker told the moment, nothing, or another one.
        taught: the ranker told nothing, with the true effects of the moment added as strongly as
            serves it best.
        oracle_known, oracle_unknown: the best possible lists.
        correlation: over the items, between what the moment does to the ranker's scores and what it
            truly does to the log-odds of choice.
        rank_correlation: the same of the places that items gain among the candidates (Spearman).
    """

    people: Int64[np.ndarray, "request"]
    as_it_came: Bool[np.ndarray, "request"]
    known: Float64[np.ndarray, "request"]
    unknown: Float64[np.ndarray, "request"]
    shuffled: Float64[np.ndarray, "request"]
    taught: Float64[np.ndarray, "request"]
    oracle_known: Float64[np.ndarray, "request"]
    oracle_unknown: Float64[np.ndarray, "request"]
    correlation: Float64[np.ndarray, "request"]
    rank_correlation: Float64[np.ndarray, "request"]

    def drawn(self) -> "MomentGains":
        """The requests in drawn moments, in which nothing but the request tells the moment."""
        return self._some(~self.as_it_came)

    def natural(self) -> "MomentGains":
        """The requests in moments as they came."""
        return self._some(self.as_it_came)

    def _some(self, rows: Bool[np.ndarray, "request"]) -> "MomentGains":
        return MomentGains(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def share_of(self, achievable: Float64[np.ndarray, "request"]) -> Interval:
        """The ranker's gain by the moment as a share of `achievable`, over the same people."""
        columns = np.stack([self.known - self.unknown, achievable], axis=1)
        drawn = resampled_means(columns, people=self.people)
        low, high = np.quantile(drawn[:, 0] / drawn[:, 1], TAILS)
        mean = columns.mean(axis=0)
        return Interval(float(mean[0] / mean[1]), float(low), float(high))

    def summary(self) -> pd.DataFrame:
        """name, mean, low, high of every figure; intervals over people.

        Of drawn moments, and last the gains in moments as they came.
        """
        natural, figures = self.natural(), self.drawn()._figures()
        for name, known, unknown in (
            ("gain as it came", natural.known, natural.unknown),
            ("gain of the oracle as it came", natural.oracle_known, natural.oracle_unknown),
        ):
            figures[name] = bootstrap_mean(known - unknown, people=natural.people)
        rows = [(name, each.mean, each.low, each.high) for name, each in figures.items()]
        return pd.DataFrame(rows, columns=["name", "mean", "low", "high"])

    def _figures(self) -> dict[str, Interval]:
        gained = self.known - self.unknown
        return {
            "gain": bootstrap_mean(gained, people=self.people),
            "gain shuffled": bootstrap_mean(self.shuffled - self.unknown, people=self.people),
            "gain achievable": bootstrap_mean(self.taught - self.unknown, people=self.people),
            "gain of the oracle": bootstrap_mean(
                self.oracle_known - self.oracle_unknown, people=self.people
            ),
            "share of achievable": self.share_of(self.taught - self.unknown),
            "share of the oracle": self.share_of(self.oracle_known - self.oracle_unknown),
            "correlation": bootstrap_mean(self.correlation, people=self.people),
            "rank correlation": bootstrap_mean(self.rank_correlation, people=self.people),
            "known": bootstrap_mean(self.known, people=self.people),
            "unknown": bootstrap_mean(self.unknown, people=self.people),
            "oracle known": bootstrap_mean(self.oracle_known, people=self.people),
            "oracle unknown": bootstrap_mean(self.oracle_unknown, people=self.people),
        }


@torch.inference_mode()
def moment_gains(
    ranker: Ranker,
    split: Split,
    truth: StorefrontTruth,
    *,
    people: int = 400,
    moments: int = 4,
    seed: int = 0,
    progress: Progress = silent,
) -> MomentGains:
    """Ask for some persons in the moment of their held-out event and in others from the log.

    Args:
        ranker: trained on `split`.
        split: whose test questions say who is asked, and what they have seen.
        truth: of the shop that the split was cut from.
        people: how many are asked, a fixed random choice.
        moments: how many of each, the one that came included.
        seed: of the choice.
        progress: told after every person.
    """
    rng = np.random.default_rng(seed)
    log = split.log
    reader = HistoryReader(log, truth.dataset.profiles)
    asked = split.test.take(rng.permutation(len(split.test))[:people])
    shop = _Shop(truth, log.contexts[rng.integers(len(log.items), size=MOMENTS_OF_THE_SHOP)])
    rows: list[tuple[float, ...]] = []
    for number in range(len(asked)):
        one = asked.take(np.array([number]))
        told = log.contexts[rng.integers(len(log.items), size=moments + 1)].astype(np.int64)
        told[0] = log.contexts[int(one.stops[0])]
        scores = _scores(ranker, reader, one, np.concatenate([told, np.zeros_like(told[:1])]))
        rows += _of_person(shop, split, one, told, scores)
        progress("Asking in other moments", number + 1, len(asked))
    return _gains(rows, asked.users, moments)


def _scores(
    ranker: Ranker,
    reader: HistoryReader,
    one: Questions,
    requests: Int64[np.ndarray, "moment context"],
) -> Float64[np.ndarray, "moment item"]:
    """Of every item for one person in each moment; all zeros is a moment that is not known."""
    many = np.zeros(len(requests), dtype=np.int64)
    histories = reader.read(
        one.users[many],
        one.starts[many],
        one.stops[many],
        max_length=ranker.events_read,
        request=requests,
    )
    return ranker.score(histories).double().numpy()[:, 1:]


def _gains(
    rows: Sequence[tuple[float, ...]], users: Int[np.ndarray, "person"], moments: int
) -> MomentGains:
    """Rows of figures, person by person and moment by moment, as one record."""
    correlations, rank_correlations, *gains = np.array(rows, dtype=np.float64).T
    known, unknown, other, oracle_known, oracle_unknown, *taught = gains
    return MomentGains(
        people=np.repeat(users, moments),
        as_it_came=np.tile(np.arange(moments) == 0, len(users)),
        known=known,
        unknown=unknown,
        shuffled=other,
        taught=max(taught, key=lambda values: float(values.mean())),
        oracle_known=oracle_known,
        oracle_unknown=oracle_unknown,
        correlation=correlations,
        rank_correlation=rank_correlations,
    )


class _Shop:
    """True log-odds and probabilities of the items."""

    def __init__(self, truth: StorefrontTruth, usual_moments: np.ndarray) -> None:
        self.truth = truth
        self.kinds = truth.preferences.catalogue.kinds
        self.by_kind = category_shares_of_kinds()
        self.effects = [effect_matrix(CONTEXT_EFFECTS, feature) for feature in CONTEXT_FEATURES]
        self.usual = self.effect_by_kind(usual_moments.astype(np.int64))

    def effect_by_kind(
        self, moments: Int64[np.ndarray, "moment context"]
    ) -> Float64[np.ndarray, "moment kinds"]:
        summed = sum(table[moments[:, place]] for place, table in enumerate(self.effects))
        return np.asarray(summed @ self.by_kind.T)

    def log_odds(self, user: int, timestamp: int) -> Float64[np.ndarray, "item"]:
        """Apart from any moment."""
        people = self.truth.preferences.people
        wanted = self.truth.interests.at(np.array([user]), np.array([timestamp]))[0]
        by_kind = self.by_kind @ wanted + people.kind_tastes[user]
        own = self.truth.preferences.item_log_odds(np.array([user]))[0]
        return own + by_kind[self.kinds]

    def likely(
        self, base: Float64[np.ndarray, "item"], competes: Bool[np.ndarray, "item"]
    ) -> Float64[np.ndarray, "item"]:
        """Probabilities when the moment is not known: the mean over usual moments."""
        logits = np.where(competes, base, -np.inf) + self.usual[:, self.kinds]
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0)


def _of_person(
    shop: _Shop,
    split: Split,
    one: Questions,
    told: Int64[np.ndarray, "told context"],
    scores: Float64[np.ndarray, "scored item"],
) -> list[tuple[float, ...]]:
    """Figures of one person in every moment told but the last, which only serves as another one.

    Args:
        shop: the truth.
        split: says what competes.
        one: the person's question.
        told: the moments.
        scores: the ranker's in each of them, and last without any.
    """
    log = split.log
    start, stop = int(one.starts[0]), int(one.stops[0])
    competes = split.candidates[1:].copy()
    competes[log.items[start:stop] - 1] = False
    base = shop.log_odds(int(one.users[0]), int(log.times[stop]))
    return [
        _compare(
            shop,
            base,
            told[moment],
            competes,
            known=scores[moment],
            other=scores[moment + 1],
            unknown=scores[-1],
        )
        for moment in range(len(told) - 1)
    ]


def _compare(
    shop: _Shop,
    base: Float64[np.ndarray, "item"],
    moment: Int64[np.ndarray, "context"],
    competes: Bool[np.ndarray, "item"],
    *,
    known: Float64[np.ndarray, "item"],
    other: Float64[np.ndarray, "item"],
    unknown: Float64[np.ndarray, "item"],
) -> tuple[float, ...]:
    effect = shop.effect_by_kind(moment[None])[0][shop.kinds]
    true = np.where(competes, base + effect, -np.inf)
    probability = np.exp(true - true.max())
    probability /= probability.sum()
    lists = [known, unknown, other, true, shop.likely(base, competes)]
    lists += [unknown + strength * effect for strength in STRENGTHS]
    gains = [expected_ndcg(scores, probability, competes) for scores in lists]
    changed, places = (known - unknown)[competes], -rankdata(-known[competes])
    true_places = rankdata(true[competes]) - rankdata(base[competes])
    return (
        _correlation(changed, effect[competes]),
        _correlation(places + rankdata(-unknown[competes]), true_places),
        *gains,
    )


def expected_ndcg(
    scores: Float64[np.ndarray, "item"],
    probability: Float64[np.ndarray, "item"],
    competes: Bool[np.ndarray, "item"],
) -> float:
    """NDCG@10 that a list of the best scores has on average, if choice is by `probability`."""
    ranked = np.argsort(-np.where(competes, scores, -np.inf), kind="stable")[:PLACES]
    return float((probability[ranked] / np.log2(2 + np.arange(len(ranked)))).sum())


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's; NaN where one of the two does not vary."""
    if first.std() == 0 or second.std() == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
