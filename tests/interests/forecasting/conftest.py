"""People whose interest drifts by a law that the tests know."""

import numpy as np
import pytest

from recengine.interests.forecasting.sequences import DAY, InterestSequences
from recengine.interests.forecasting.task import ForecastTask


def sequences_of(
    paths: list[np.ndarray], *, hours: float = 12, starts: list[float] | None = None
) -> InterestSequences:
    """Paths of vectors, an event every few hours."""
    lengths = [len(path) for path in paths]
    begins = starts or [0.0] * len(paths)
    times = [
        begin * DAY + np.arange(len(path)) * hours * 3600
        for path, begin in zip(paths, begins, strict=True)
    ]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    vectors = np.concatenate(paths).astype(np.float32)
    rows = np.arange(len(vectors), dtype=np.int64)
    return InterestSequences(offsets, vectors, np.concatenate(times).astype(np.int64), rows)


def returning(people: int, steps: int, dim: int, seed: int) -> list[np.ndarray]:
    """Each person's vector leaves a level of their own at random and is pulled back to it."""
    rng = np.random.default_rng(seed)
    paths = []
    for _ in range(people):
        level = rng.normal(size=dim)
        at, path = level.copy(), []
        for _ in range(steps):
            at = level + 0.5 * (at - level) + 0.6 * rng.normal(size=dim)
            path.append(at.copy())
        paths.append(np.stack(path))
    return paths


@pytest.fixture(scope="session")
def drifting() -> ForecastTask:
    """80 people over 40 days; the last eight days validate."""
    sequences = sequences_of(returning(80, 80, 6, seed=1))
    return ForecastTask(sequences, cut=32 * DAY, end=40 * DAY)
