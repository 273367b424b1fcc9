"""How sure a ranker may be of its scores: one temperature, learnt on validation questions.

Probabilities are softmax(scores / temperature): above 1 makes a ranker less sure, below 1 surer,
and its order stays. Learnt is the one that makes held-out choices least surprising.

Paper: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, arXiv:1706.04599
(temperature scaling).
Differs: rankers whose scores are no logits, such as counts, are scaled as well, so temperatures are
searched around the spread of the scores.
Axes: question, competitor = every item that competes.
"""

import numpy as np
import torch
from jaxtyping import Bool, Float
from scipy.optimize import minimize_scalar
from torch import Tensor

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.splits import Questions
from recengine.evaluation.asking import scored_questions
from recengine.models.base import MAX_LENGTH, Ranker

QUESTIONS = 1000  # asked for the one number, a fixed random choice
SCORES = 20_000_000  # held at once; about large catalogues fewer questions are asked
REACH = 1000.0  # times the spread of the scores, or a part of it, that a temperature may be
PRECISION = 1e-4  # of its logarithm
STAGE = "Learning how sure it may be"


def learnt_temperature(
    ranker: Ranker,
    reader: HistoryReader,
    questions: Questions,
    candidates: Bool[np.ndarray, "vocab"],
    *,
    max_length: int = MAX_LENGTH,
    progress: Progress = silent,
) -> float:
    """The temperature at which the ranker is least surprised by what was chosen (log loss).

    It is 1 where nothing can be learnt: without questions, and if all scores are alike.

    Args:
        ranker: what is asked.
        reader: of the log that the questions point into.
        questions: of validation, never those that are reported.
        candidates: which items compete.
        max_length: events of a history that the ranker reads.
        progress: told after every batch.

    Raises:
        TrainingError: a score is not a number.
    """
    asked = questions.sample(max(1, min(QUESTIONS, SCORES // len(candidates))))
    batches = scored_questions(ranker, reader, asked, candidates, max_length, progress, stage=STAGE)
    competing = [batch.competing for batch in batches]
    return best_temperature(torch.cat(competing)) if competing else 1.0


def best_temperature(competing: Float[Tensor, "question competitor"]) -> float:
    """The temperature of least log loss.

    The loss is convex in its inverse, so that there is one best, and no other place to get stuck.

    Args:
        competing: scores, -inf for what does not compete; the choice stands last.
    """
    spread = _spread(competing)
    if spread == 0:
        return 1.0

    def surprise(log_temperature: float) -> float:
        scaled = competing / np.exp(log_temperature)
        surprises = torch.logsumexp(scaled, dim=1) - scaled[:, -1]
        return float(surprises.mean(dtype=torch.float64))

    reach = np.log(spread) - np.log(REACH), np.log(spread) + np.log(REACH)
    found = minimize_scalar(surprise, bounds=reach, method="bounded", options={"xatol": PRECISION})
    return float(np.exp(found.x))


def _spread(competing: Float[Tensor, "question competitor"]) -> float:
    """Typical deviation of a score from the mean of its question; 0 if all are alike."""
    known = competing.double()  # their squares may be too large for single precision, or too small
    known = known.masked_fill(~known.isfinite(), torch.nan)
    apart = known - known.nanmean(dim=1, keepdim=True)
    deviation = float(apart.square().nanmean().sqrt())
    rounding = 1e-6 * float(known.nan_to_num().abs().max())
    return deviation if deviation > rounding else 0.0
