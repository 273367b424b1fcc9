"""Where one ranker's vectors lie on the map: made once per ranker, then read from disk.

Axes: item = the catalogue, dim = model width, step = interest vectors of one person.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float32

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.engine.assets import safe_name
from recengine.errors import StorageError
from recengine.models.unified import Unified
from recengine.projection.layout import base_layout
from recengine.projection.placement import (
    LandmarkNetwork,
    Placement,
    PlacementConfig,
    fit_placement,
)
from recengine.projection.regions import named_regions
from recengine.projection.trust import point_trust, trustworthiness
from recengine.training.checkpoint import load_checkpoint, save_checkpoint

FORMAT = 1  # raise it when maps are drawn in another way, so that stored ones are drawn again
PULLING_ITEMS = 15  # items nearest to an interest vector whose places it is drawn between


@dataclass(frozen=True)
class Places:
    """The base map of a ranker and the way onto it.

    Attributes:
        static: place of every item's static vector, within -1..1.
        method: how the base map was made.
        point_trust: how far each item's neighbours on the map are its true neighbours, 0..1.
        trust: trustworthiness of the whole map.
        regions: label, x, y, size.
        vectors: the static vectors.
        placement: places changed vectors.
    """

    static: Float32[np.ndarray, "item 2"]
    method: str
    point_trust: Float32[np.ndarray, "item"]
    trust: float
    regions: pd.DataFrame
    vectors: Float32[np.ndarray, "item dim"]
    placement: Placement

    def displaced(self, dynamic: Float32[np.ndarray, "item dim"]) -> Float32[np.ndarray, "item 2"]:
        """Places of the changed vectors of all items; an unchanged item does not move."""
        changed = np.flatnonzero((dynamic != self.vectors).any(axis=1))
        xy = self.static.copy()
        xy[changed] = self.placement.displaced(dynamic[changed], changed)
        return xy

    def path(
        self,
        interest: Float32[np.ndarray, "step dim"],
        items: Float32[np.ndarray, "item dim"] | None = None,
    ) -> pd.DataFrame:
        """step, x, y of interest vectors: the weighted middle of the items that each likes best.

        Args:
            interest: of this map's ranker, or of another one that knows the same items.
            items: the vectors that the interests are compared with; the map's own if left out.
        """
        items = self.vectors if items is None else items
        scores = torch.from_numpy(interest) @ torch.from_numpy(items).T
        best = scores.topk(min(PULLING_ITEMS, scores.shape[1]), dim=1)
        weights = best.values.softmax(dim=1).numpy()
        xy = (weights[..., None] * self.static[best.indices.numpy()]).sum(axis=1)
        steps = np.arange(1, len(xy) + 1)
        return pd.DataFrame({"step": steps, "x": xy[:, 0].astype(float), "y": xy[:, 1]})


def open_places(
    model: Unified,
    dataset: Dataset,
    key: str,
    workspace: Workspace,
    progress: Progress = silent,
) -> Places:
    """Read the map of a ranker, or lay it out and keep it.

    Args:
        model: whose static vectors are laid out.
        dataset: for the names of regions.
        key: fingerprint of data, texts and ranker; another key is another map.
        workspace: where it is kept.
        progress: told about the slow parts.
    """
    path = workspace.folder("layouts") / f"{safe_name(dataset.name)}-{key}.safetensors"
    with torch.inference_mode():
        vectors = model.item_vectors()[1:].numpy()
    with workspace.lock(path.stem):
        try:
            return _read(*load_checkpoint(path), vectors)
        except StorageError:  # not there yet, or damaged
            places = _lay_out(vectors, dataset, progress)
            _write(path, places)
            return places


def _lay_out(vectors: np.ndarray, dataset: Dataset, progress: Progress) -> Places:
    layout = base_layout(vectors, progress=progress)
    placement = fit_placement(vectors, layout.xy, PlacementConfig(), progress)
    return Places(
        static=layout.xy,
        method=layout.method,
        point_trust=point_trust(vectors, layout.xy),
        trust=trustworthiness(vectors, layout.xy),
        regions=named_regions(dataset.items, layout.xy),
        vectors=vectors,
        placement=placement,
    )


def _write(path: Path, places: Places) -> None:
    network = places.placement.network
    tensors = {f"network/{name}": value for name, value in network.state_dict().items()}
    tensors |= {
        "static": torch.from_numpy(places.static),
        "point_trust": torch.from_numpy(places.point_trust),
    }
    facts = {
        "format": FORMAT,
        "method": places.method,
        "trust": places.trust,
        "error": places.placement.error,
        "regions": json.loads(places.regions.to_json(orient="records")),
    }
    save_checkpoint(path, tensors, facts)


def _read(tensors: dict[str, torch.Tensor], facts: dict, vectors: np.ndarray) -> Places:
    weights = {
        name.removeprefix("network/"): value
        for name, value in tensors.items()
        if name.startswith("network/")
    }
    try:
        network = LandmarkNetwork(*weights["landmarks"].shape)
        network.load_state_dict(weights)
        if len(tensors["static"]) != len(vectors) or facts["format"] != FORMAT:
            raise KeyError("another catalogue or another way of drawing")
    except (KeyError, RuntimeError) as error:
        raise StorageError(f"The stored map does not fit: {error}. It is drawn again.") from error
    static = tensors["static"].numpy()
    return Places(
        static=static,
        method=facts["method"],
        point_trust=tensors["point_trust"].numpy(),
        trust=facts["trust"],
        regions=pd.DataFrame(facts["regions"], columns=["label", "x", "y", "size"]),
        vectors=vectors,
        placement=Placement(network, vectors, static, facts["error"]),
    )
