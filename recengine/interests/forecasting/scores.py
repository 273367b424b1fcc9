"""How good a forecast was: scores of distributions, and of how honest they are.

Lower is better for the energy score, CRPS and Jensen-Shannon divergence. The first two are proper:
nobody gains by stating another distribution than the one believed in.

Papers: Gneiting & Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation", JASA 2007
(CRPS, energy score); Gneiting, Balabdaoui & Raftery, "Probabilistic Forecasts, Calibration and
Sharpness", JRSS B 2007 (PIT).
Axes: question, sample, horizon, part = numbers that are foretold (dimensions, or categories),
bin.
"""

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor

PIT_BINS = 10


def energy_scores(
    samples: Float[Tensor, "question sample horizon part"],
    realised: Float[Tensor, "question horizon part"],
) -> Float[Tensor, "question horizon"]:
    """E|X - y| - E|X - X'| / 2, with the unbiased mean over pairs of draws."""
    count = samples.shape[1]
    to_truth = (samples - realised[:, None]).norm(dim=-1).mean(dim=1)
    between = torch.zeros_like(to_truth)
    for shift in range(1, count // 2 + 1):  # all pairs, without a table of them
        apart = (samples - samples.roll(shift, dims=1)).norm(dim=-1).sum(dim=1)
        between += apart * (0.5 if 2 * shift == count else 1.0)
    return to_truth - between / max(1, count * (count - 1))


def crps(
    samples: Float[Tensor, "question sample horizon part"],
    realised: Float[Tensor, "question horizon part"],
) -> Float[Tensor, "question horizon part"]:
    """E|X - y| - E|X - X'| / 2 for each number by itself, unbiased as above."""
    count = samples.shape[1]
    ordered = samples.sort(dim=1).values
    weights = 2 * torch.arange(1, count + 1, dtype=samples.dtype) - count - 1
    between = torch.einsum("qshp,s->qhp", ordered, weights) / max(1, count * (count - 1))
    return (samples - realised[:, None]).abs().mean(dim=1) - between


def pit(
    samples: Float[Tensor, "question sample horizon part"],
    realised: Float[Tensor, "question horizon part"],
) -> Float[Tensor, "question horizon part"]:
    """Share of the draws below what came, ties counted half: uniform if the forecast is honest."""
    below = (samples < realised[:, None]).float().mean(dim=1)
    same = (samples == realised[:, None]).float().mean(dim=1)
    return below + same / 2


def histogram(values: Float64[np.ndarray, " value"]) -> Float64[np.ndarray, "bin"]:
    """Share of the PIT values in each of ten equal bins; 0.1 each if the forecast is honest."""
    counts = np.histogram(values, bins=PIT_BINS, range=(0, 1))[0]
    return counts / max(1, counts.sum())


def jensen_shannon(
    first: Float[Tensor, "*row part"], second: Float[Tensor, "*row part"]
) -> Float[Tensor, "*row"]:
    """Divergence of two distributions in bits, 0 (the same) to 1 (nothing in common)."""
    middle = (first + second) / 2

    def from_middle(shares: Tensor) -> Tensor:
        return torch.xlogy(shares, shares / middle.clamp(min=1e-30)).sum(dim=-1)

    return (from_middle(first) + from_middle(second)) / (2 * np.log(2))
