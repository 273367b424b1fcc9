"""The placement network beside UMAP's own transform: time and trust, both in one run.

    python -m tests.benchmarks.placing [--data movielens-1m] [--home FOLDER] [--vectors 10000]

Four fifths of the items are laid out by UMAP; the last fifth is placed by UMAP's `transform`, by
the placement network, and at the average of the five nearest items. Trustworthiness is judged in
15 neighbours among all items. Times are medians for placing as many vectors as asked (the held-out
ones, repeated with a little noise), one thread each.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import umap
from torch.nn.functional import normalize

from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace
from recengine.encoders import DEFAULT_ENCODER, TextTemplate, item_vectors
from recengine.projection.layout import directions
from recengine.projection.placement import PlacementConfig, fit_placement
from recengine.projection.trust import trustworthiness

ROUNDS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="movielens-1m")
    parser.add_argument("--home", type=Path, default=Path("workspace"))
    parser.add_argument("--vectors", type=int, default=10_000)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    workspace = Workspace(asked.home)
    dataset = load_dataset(asked.data, workspace)
    texts = item_vectors(dataset, DEFAULT_ENCODER, TextTemplate(), workspace).vectors
    vectors = np.ascontiguousarray(texts, dtype=np.float32)
    order = np.random.default_rng(0).permutation(len(vectors))
    held, known = np.split(order, [len(order) // 5])
    laid, reducer = _lay_out(vectors[known])
    placement = fit_placement(vectors[known], laid, PlacementConfig())
    many = _noisy(vectors[held], asked.vectors)
    middle, scale = _as_laid(reducer.embedding_, laid)
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "UMAP's transform": lambda new: reducer.transform(directions(new)) * scale + middle,
        "placement network": placement.place,
        "mean of 5 nearest": lambda new: _mean_of_nearest(new, vectors[known], laid),
    }
    print(f"{dataset.title}: {len(known):,} items laid out, {len(held):,} placed")
    baseline = 0.0
    for name, place in ways.items():
        rounds = 1 if name.startswith("UMAP") else ROUNDS
        xy = np.empty((len(vectors), 2), dtype=np.float32)
        xy[known], xy[held] = laid, place(vectors[held])
        trust = trustworthiness(vectors, xy)
        milliseconds = 1000 * statistics.median(_seconds(place, many) for _ in range(rounds))
        baseline = baseline or milliseconds
        print(
            f"{name:20} trust {trust:.3f}   {milliseconds:9.1f} ms for {len(many):,} vectors   "
            f"{baseline / milliseconds:7.1f} x as fast as UMAP's"
        )


def _lay_out(vectors: np.ndarray) -> tuple[np.ndarray, umap.UMAP]:
    """A layout within -1..1, and the fitted UMAP that can transform."""
    reducer = umap.UMAP(n_neighbors=15, metric="cosine", random_state=0, n_jobs=1)
    reducer.fit(directions(vectors))
    low, high = reducer.embedding_.min(axis=0), reducer.embedding_.max(axis=0)
    laid = (reducer.embedding_ - (low + high) / 2) / ((high - low).max() / 2)
    return laid.astype(np.float32), reducer


def _as_laid(raw: np.ndarray, laid: np.ndarray) -> tuple[np.ndarray, float]:
    """Shift and scale from UMAP's own coordinates to those of the layout."""
    scale = float(np.ptp(laid[:, 0]) / np.ptp(raw[:, 0]))
    return laid[0] - raw[0] * scale, scale


def _noisy(vectors: np.ndarray, count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    many = vectors[rng.integers(0, len(vectors), count)]
    noise = rng.normal(scale=0.02 * float(np.abs(many).mean()), size=many.shape)
    return (many + noise).astype(np.float32)


def _mean_of_nearest(new: np.ndarray, known: np.ndarray, laid: np.ndarray) -> np.ndarray:
    new, known = (normalize(torch.from_numpy(each), dim=1) for each in (new, known))
    best = (new @ known.T).topk(5, dim=1).indices.numpy()
    return laid[best].mean(axis=1)


def _seconds(place: Callable[[np.ndarray], np.ndarray], vectors: np.ndarray) -> float:
    started = time.perf_counter()
    place(vectors)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
