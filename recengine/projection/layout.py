"""Where every item lies on the map: a base layout by UMAP, seeded, in a fixed square.

Paper: McInnes, Healy & Melville, "UMAP: Uniform Manifold Approximation and Projection for
Dimension Reduction", 2018, arXiv:1802.03426. Neighbours are found exactly and handed to UMAP, and
it starts from the principal components: on 3,706 films that takes 3.5 s of one core once compiled,
and it never meets a graph in pieces. Axes: item = items; x and y within -1 to 1.
"""

import threading
import warnings
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from recengine.data.progress import Progress, silent
from recengine.projection.neighbours import nearest
from recengine.projection.threads import torch_threads

BY_UMAP, BY_COMPONENTS = "UMAP", "principal components"
MIN_ITEMS_FOR_UMAP = 30
NUM_NEIGHBOURS = 15
_STAGE = "Laying out the map"
_ONE_AT_A_TIME = threading.Lock()  # numba may end the process if two threads compile or run at once


@dataclass(frozen=True)
class Layout:
    """A place for every item.

    Attributes:
        xy: within -1 to 1 on both axes, at one scale.
        method: "UMAP", or "principal components" for a catalogue too small for it.
    """

    xy: Float32[np.ndarray, "item 2"]
    method: str


def base_layout(
    vectors: Float32[np.ndarray, "item dim"], seed: int = 0, progress: Progress = silent
) -> Layout:
    """Lay items out so that those with like vectors lie together.

    Args:
        vectors: one per item; only their directions count.
        seed: same vectors and same seed, same layout.
        progress: told the beginning and the end.
    """
    progress(_STAGE, 0, 1)
    vectors = directions(vectors)
    if is_small(vectors):
        layout = Layout(in_square(principal_plane(vectors)), BY_COMPONENTS)
    else:
        layout = Layout(in_square(run_umap(vectors, seed=seed)), BY_UMAP)
    progress(_STAGE, 1, 1)
    return layout


def directions(vectors: Float32[np.ndarray, "item dim"]) -> Float32[np.ndarray, "item dim"]:
    """Vectors of length 1; only these are compared."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def is_small(vectors: Float32[np.ndarray, "item dim"]) -> bool:
    """Whether there is too little to find neighbourhoods in."""
    alike = not len(vectors) or not np.ptp(vectors, axis=0).any()
    return alike or len(vectors) < MIN_ITEMS_FOR_UMAP or vectors.shape[1] < 2


def principal_plane(vectors: Float32[np.ndarray, "item dim"]) -> Float32[np.ndarray, "item 2"]:
    """The two directions in which the vectors differ most; zero where they do not differ."""
    from sklearn.decomposition import PCA  # a second to load, and only a new map needs it

    plane = np.zeros((len(vectors), 2), dtype=np.float32)
    if len(vectors) > 1 and np.ptp(vectors, axis=0).any():
        axes = min(2, *vectors.shape)
        plane[:, :axes] = PCA(axes, svd_solver="full").fit_transform(vectors)
    return plane


def in_square(xy: Float32[np.ndarray, "item 2"]) -> Float32[np.ndarray, "item 2"]:
    """Moved and scaled, alike on both axes, to fill the square from -1 to 1."""
    if not len(xy):
        return xy
    low, high = xy.min(axis=0), xy.max(axis=0)
    half = (high - low).max() / 2
    return ((xy - (low + high) / 2) / (half or 1)).astype(np.float32)


def run_umap(
    vectors: Float32[np.ndarray, "item dim"],
    *,
    seed: int,
    start: Float32[np.ndarray, "item 2"] | None = None,
    epochs: int | None = None,
    learning_rate: float = 1.0,
) -> Float32[np.ndarray, "item 2"]:
    """Coordinates by UMAP, in its own units.

    Args:
        vectors: one per item, at least `MIN_ITEMS_FOR_UMAP`.
        seed: of its random choices.
        start: where to start from; None is the principal components.
        epochs: None is UMAP's choice (500 to 10,000 items, then 200).
        learning_rate: size of the first steps.
    """
    indices, distances = nearest(vectors, NUM_NEIGHBOURS - 1, seed)
    itself = np.arange(len(vectors))[:, None]  # UMAP counts an item among its own neighbours
    indices = np.hstack([itself, indices])
    distances = np.hstack([np.zeros_like(itself, dtype=np.float32), distances])
    with _ONE_AT_A_TIME, torch_threads(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of features that are not used here
        import umap

        return umap.UMAP(
            n_neighbors=NUM_NEIGHBOURS,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
            init="pca" if start is None else start,
            n_epochs=epochs,
            learning_rate=learning_rate,
            precomputed_knn=(indices, distances),
        ).fit_transform(vectors)
