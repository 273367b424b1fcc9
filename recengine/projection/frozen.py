"""The frozen map of a catalogue: layout, placement and trust, made once and kept.

Axes: item = items.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace, write_atomic
from recengine.errors import StorageError
from recengine.projection.layout import RECIPE, Layout, base_layout
from recengine.projection.placement import (
    LandmarkNetwork,
    Placement,
    PlacementConfig,
    fit_placement,
)
from recengine.projection.trust import point_trust, trustworthiness

_XY, _POINT_TRUST, _NETWORK = "xy", "point_trust", "network."
_METHOD, _TRUST, _ERROR = "method", "trust", "error"


@dataclass(frozen=True, eq=False)
class FrozenMap:
    """A map on which movement means change of meaning.

    Attributes:
        layout: where the items lie in general.
        placement: where any other vector lies, and where a changed item has moved to.
        trust: trustworthiness of the layout in 15 neighbours, at most 1.
        point_trust: per item, how many of its neighbours on the map are true ones (0 to 1).
    """

    layout: Layout
    placement: Placement
    trust: float
    point_trust: Float32[np.ndarray, " item"]


def frozen_map(
    vectors: Float32[np.ndarray, "item dim"],
    made_from: str,
    workspace: Workspace,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> FrozenMap:
    """The stored map of these vectors, made first if there is none.

    Args:
        vectors: static vectors, one per item.
        made_from: fingerprint of the ranker and data behind the vectors. The vectors themselves
            will not do: another processor gives other last digits.
        workspace: where maps are kept.
        seed: another seed, another map.
        progress: told the stages of the making.

    Raises:
        StorageError: the stored map is damaged, or the disk is full.
    """
    config = PlacementConfig(seed=seed)
    recipe = f"{made_from}|{vectors.shape}|{RECIPE}|{config}"
    name = hashlib.sha256(recipe.encode()).hexdigest()[:16]
    path = workspace.folder("layouts") / f"{name}.safetensors"
    if not path.exists():
        with workspace.lock(f"layout-{name}"):
            if not path.exists():
                _write(path, _make(vectors, config, progress))
    return _read(path, vectors)


def _make(
    vectors: Float32[np.ndarray, "item dim"], config: PlacementConfig, progress: Progress
) -> FrozenMap:
    layout = base_layout(vectors, config.seed, progress)
    return FrozenMap(
        layout=layout,
        placement=fit_placement(vectors, layout.xy, config, progress),
        trust=trustworthiness(vectors, layout.xy, seed=config.seed),
        point_trust=point_trust(vectors, layout.xy, config.seed),
    )


def _write(path: Path, content: FrozenMap) -> None:
    network = content.placement.network.state_dict()
    tensors = {_NETWORK + name: tensor.contiguous() for name, tensor in network.items()}
    tensors[_XY] = torch.from_numpy(content.layout.xy)
    tensors[_POINT_TRUST] = torch.from_numpy(content.point_trust)
    metadata = {
        _METHOD: content.layout.method,
        _TRUST: repr(content.trust),
        _ERROR: repr(content.placement.error),
    }
    with write_atomic(path) as temporary:
        save_file(tensors, temporary, metadata)


def _read(path: Path, vectors: Float32[np.ndarray, "item dim"]) -> FrozenMap:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata = file.metadata()
        state = {
            name.removeprefix(_NETWORK): tensor
            for name, tensor in tensors.items()
            if name.startswith(_NETWORK)
        }
        network = LandmarkNetwork(*state["landmarks"].shape)
        network.load_state_dict(state)
        xy = tensors[_XY].numpy()
        return FrozenMap(
            layout=Layout(xy, metadata[_METHOD]),
            placement=Placement(network, vectors, xy, float(metadata[_ERROR])),
            trust=float(metadata[_TRUST]),
            point_trust=tensors[_POINT_TRUST].numpy(),
        )
    except (SafetensorError, KeyError, RuntimeError, ValueError, TypeError) as error:
        raise StorageError(
            f"{path} is damaged ({error}). Delete it; the map will be made again."
        ) from error
