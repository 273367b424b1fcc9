"""Where a vector that is no item of the catalogue lies on the map, in milliseconds.

A small network is trained to reproduce the base layout: softmax attention of the vector to 256
landmarks, each with a learned place, and the answer is the average of their places. It is smooth,
so a small change of meaning is a short way on the map, and it stays within the map.

Measured on held-out items (80 % laid out, 20 % placed; trustworthiness in 15 neighbours, one
core), for MiniLM vectors of 3,883 films / 64-dimensional co-occurrence vectors of 3,706:
UMAP's own `transform` 0.919 / 0.943 (8 s), this 0.917 / 0.934 (37 ms for 10,000), average of the 5
nearest items 0.859 / 0.920, three-layer perceptron 0.883 / 0.877, the same corrected by the
residuals of the nearest items 0.860 / 0.872.
Axes: row = vectors to place, item = items of the layout, landmark = landmarks.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor, nn
from torch.nn.functional import normalize, smooth_l1_loss

from recengine.data.progress import Progress, silent
from recengine.projection.neighbours import nearest
from recengine.projection.threads import torch_threads

LOSS_KNEE = 0.05  # of the map's half width: closer is squared error, farther is absolute error
MIN_CLOSENESS, MAX_CLOSENESS = 0.75, 0.85
SHARPNESS = 15.0  # of the attention at first, in units of how far neighbours are apart
_STAGE = "Learning to place items on the map"


@dataclass(frozen=True, kw_only=True)
class PlacementConfig:
    """How the network is shaped and trained.

    Attributes:
        num_landmarks: places that answers are averaged from.
        epochs: passes over the items; the best one on held-out items is kept.
        batch_size: items per step, beside as many perturbed ones.
        learning_rate: highest of a one-cycle schedule.
        held_out: share of the items that are only used to judge.
        seed: of all random choices.
    """

    num_landmarks: int = 256
    epochs: int = 30
    batch_size: int = 256
    learning_rate: float = 0.01
    held_out: float = 0.1
    seed: int = 0


class LandmarkNetwork(nn.Module):
    """Vectors to places: an average of landmark places, weighted by likeness to the landmarks."""

    mean: Tensor

    def __init__(self, num_landmarks: int, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.landmarks = nn.Parameter(torch.zeros(num_landmarks, dim))
        self.places = nn.Parameter(torch.zeros(num_landmarks, 2))
        self.log_sharpness = nn.Parameter(torch.zeros(num_landmarks))
        self.bias = nn.Parameter(torch.zeros(num_landmarks))

    def directions(self, vectors: Float[Tensor, "row dim"]) -> Float[Tensor, "row dim"]:
        """Unit vectors, seen from the middle of the catalogue: some encoders crowd in one cone."""
        return normalize(normalize(vectors, dim=1) - self.mean, dim=1)

    def forward(self, directions: Float[Tensor, "row dim"]) -> Float[Tensor, "row 2"]:
        """Places of directions."""
        likeness = directions @ normalize(self.landmarks, dim=1).T
        weights = torch.softmax(likeness * self.log_sharpness.exp() + self.bias, dim=1)
        return weights @ self.places


class Placement:
    """The frozen map: a place for any vector, and a fair displacement for an item's new vector."""

    def __init__(
        self,
        network: LandmarkNetwork,
        vectors: Float32[np.ndarray, "item dim"],
        xy: Float32[np.ndarray, "item 2"],
        error: float,
    ) -> None:
        """Bind a trained network to its layout.

        Args:
            network: maps directions to places.
            vectors: of the items, as in the layout.
            xy: places of the items in the layout.
            error: median distance between layout and placement of held-out items; the map is
                2 wide.
        """
        self.network, self.xy, self.error = network.eval(), xy, error
        self._placed = self.place(vectors)

    def place(self, vectors: Float32[np.ndarray, "row dim"]) -> Float32[np.ndarray, "row 2"]:
        """Where vectors of the catalogue's space lie: interest vectors, new items, free text."""
        with torch.inference_mode():
            directions = self.network.directions(torch.from_numpy(np.ascontiguousarray(vectors)))
            return self.network(directions).numpy()

    def displaced(
        self,
        vectors: Float32[np.ndarray, "row dim"],
        items: Int64[np.ndarray, " row"] | None = None,
    ) -> Float32[np.ndarray, "row 2"]:
        """Where items lie once their vectors changed.

        An item whose vector did not change stays where it is to the last digits: all movement is
        change of meaning and none is the network's error. A place may fall just outside the square.

        Args:
            vectors: new vectors.
            items: which item each belongs to, counted from 0; None means all, in order.
        """
        rows = slice(None) if items is None else items
        return self.xy[rows] + (self.place(vectors) - self._placed[rows])


def fit_placement(
    vectors: Float32[np.ndarray, "item dim"],
    xy: Float32[np.ndarray, "item 2"],
    config: PlacementConfig,
    progress: Progress = silent,
) -> Placement:
    """Train a network to reproduce a layout; the epoch that is best on held-out items is kept.

    Args:
        vectors: of the items.
        xy: their places.
        config: how.
        progress: told the epochs.
    """
    random = torch.Generator().manual_seed(config.seed)
    order = torch.randperm(len(vectors), generator=random)
    num_held = int(len(order) * config.held_out)
    train, judged = order[num_held:], order[:num_held] if num_held else order
    closeness = _typical_closeness(vectors)
    network = LandmarkNetwork(min(config.num_landmarks, len(train)), vectors.shape[1])
    directions = _start(network, vectors, xy, train, closeness)
    # A perturbed item is as far from the item as its nearest neighbour is, and belongs where it is.
    noise = math.tan(math.acos(closeness)) / math.sqrt(vectors.shape[1])
    samples = _Samples(directions, torch.from_numpy(xy), noise, random)
    with torch_threads(1):
        _train(network, samples, train, judged, config, progress)
    error = _distances(network, directions[judged], samples.places[judged]).median().item()
    return Placement(network, vectors, xy, error)


@dataclass(frozen=True)
class _Samples:
    """What the network learns from: items, and the same items perturbed."""

    directions: Float[Tensor, "item dim"]
    places: Float[Tensor, "item 2"]
    noise: float
    random: torch.Generator

    def draw(self, rows: Int64[Tensor, " row"]) -> tuple[Tensor, Tensor]:
        plain = self.directions[rows]
        moved = plain + self.noise * torch.randn(plain.shape, generator=self.random)
        return torch.cat([plain, normalize(moved, dim=1)]), self.places[rows].repeat(2, 1)


def _typical_closeness(vectors: Float32[np.ndarray, "item dim"]) -> float:
    """Cosine between an item and its nearest neighbour, as it mostly is; bounded for odd data."""
    distances = nearest(vectors - vectors.mean(axis=0), 1)[1]
    typical = 1 - float(np.median(distances)) if distances.size else 0.0
    return min(max(typical, MIN_CLOSENESS), MAX_CLOSENESS)


def _start(
    network: LandmarkNetwork,
    vectors: Float32[np.ndarray, "item dim"],
    xy: Float32[np.ndarray, "item 2"],
    train: Int64[Tensor, " row"],
    closeness: float,
) -> Float[Tensor, "item dim"]:
    """Let the landmarks be items at first, and give the directions of all items."""
    tensor = torch.from_numpy(np.ascontiguousarray(vectors))
    chosen = train[: len(network.landmarks)]
    with torch.no_grad():
        network.mean.copy_(normalize(tensor, dim=1).mean(dim=0))
        directions = network.directions(tensor)
        network.landmarks.copy_(directions[chosen])
        network.places.copy_(torch.from_numpy(xy)[chosen])
        network.log_sharpness.fill_(math.log(SHARPNESS / (1 - closeness)))
    return directions


def _train(
    network: LandmarkNetwork,
    samples: _Samples,
    train: Int64[Tensor, " row"],
    judged: Int64[Tensor, " judge"],
    config: PlacementConfig,
    progress: Progress,
) -> None:
    """Fit the network to `train`, and leave it as it was when best on `judged`."""
    optimizer = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        config.learning_rate,
        total_steps=config.epochs * math.ceil(len(train) / config.batch_size),
    )
    trial, trial_places = samples.draw(judged)
    best, best_error = network.state_dict(), math.inf
    for epoch in range(1, config.epochs + 1):
        shuffled = train[torch.randperm(len(train), generator=samples.random)]
        for rows in shuffled.split(config.batch_size):
            inputs, places = samples.draw(rows)
            loss = smooth_l1_loss(network(inputs), places, beta=LOSS_KNEE)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        error = _distances(network, trial, trial_places).mean().item()
        if error < best_error:
            best_error = error
            best = {name: value.clone() for name, value in network.state_dict().items()}
        progress(_STAGE, epoch, config.epochs)
    network.load_state_dict(best)


def _distances(
    network: LandmarkNetwork, inputs: Float[Tensor, "row dim"], places: Float[Tensor, "row 2"]
) -> Float[Tensor, " row"]:
    with torch.inference_mode():
        return (network(inputs) - places).norm(dim=1)
