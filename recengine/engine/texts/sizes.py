"""How small can item vectors be kept, and what does it cost? Measured, encoder by encoder."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch.nn import functional as F

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace
from recengine.encoders.compression import FIRST, FLOAT16, FLOAT32, INT8, PCA, Size, compress
from recengine.encoders.llm import LlmEncoder
from recengine.engine.adapters import adapted_vectors, adapter_file, load_adapter
from recengine.engine.opening import fit_data
from recengine.engine.paired import compared
from recengine.engine.texts.adapting import FROZEN, LABELS
from recengine.engine.texts.measures import SIZES, write_section
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.protocols import protocol_split
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.hybrid import Hybrid
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine
from recengine.training.adapting import TOP, AdaptingConfig
from recengine.training.choosing import best_config
from recengine.training.rankers import stored_ease

WIDTHS = (128, 64, 32)
NEIGHBOURS = 10
WHOLE = Size()
TRIED = (
    WHOLE,
    Size(precision=FLOAT16),
    Size(precision=INT8),
    *(Size(width=width, cut=cut) for cut in (PCA, FIRST) for width in WIDTHS),
    *(Size(width=width, cut=PCA, precision=INT8) for width in WIDTHS),
)


def measure_sizes(
    dataset_name: str, workspace: Workspace, *, progress: Progress = silent
) -> list[dict[str, Any]]:
    """Try every size on the vectors of the encoder as it came and of the adapted one, if any.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where results are kept.
        progress: told after every size.
    """
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    data, _ = fit_data(dataset, protocol_split(dataset), workspace, progress)
    rows: list[dict[str, Any]] = []
    encoders = list(_encoders(data, workspace, progress))
    for name, vectors in encoders:
        for row in _tried(name, replace(data, text=vectors), workspace):
            rows.append(row)
            progress("Trying smaller vectors", len(rows), len(encoders) * len(TRIED))
    facts = {"items": dataset.num_items, "neighbours": NEIGHBOURS}
    write_section(dataset, SIZES, workspace, rows, f"recengine texts {dataset_name} --sizes", facts)
    return rows


def _encoders(
    data: FitData, workspace: Workspace, progress: Progress
) -> Iterator[tuple[str, Float32[np.ndarray, "items text"]]]:
    assert data.text is not None
    yield FROZEN, data.text
    assert isinstance(data.encoder, LlmEncoder)
    path = adapter_file(data, AdaptingConfig.of(TOP), workspace)
    if path.exists():
        yield TOP, adapted_vectors(data, load_adapter(path)[0], workspace, progress)


def _tried(encoder: str, data: FitData, workspace: Workspace) -> Iterator[dict[str, Any]]:
    """One row per size, each compared with the whole vectors of the same encoder."""
    split = protocol_split(data.dataset)
    reader = HistoryReader(split.log, data.dataset.profiles)
    config = best_config(TextCosine, data, split, {}).config
    ease = stored_ease(data, workspace)
    assert data.text is not None
    whole = data.text.nbytes
    exact: dict[str, np.ndarray] = {}
    nearest = _nearest(data.text, data.candidates)
    for size in TRIED:
        if size.width > data.text.shape[1]:
            continue
        small = compress(data.text, size)
        shrunk = replace(data, text=small.restored())
        text = TextCosine.fit(shrunk, config)
        blend = Hybrid.fit(shrunk)
        blend.build_on({RecencyEase.name: ease, TextCosine.name: text})
        ranks = {
            name: target_ranks(ranker, reader, split.test, split.candidates)
            for name, ranker in (("text", text), ("blend", blend))
        }
        first = not exact
        exact = exact or ranks
        kept = _shared(nearest, _nearest(shrunk.text, data.candidates))
        blended = compared(ranks["blend"], None if first else exact["blend"], split.test.users)
        yield {
            "encoder": encoder,
            "name": _name(size),
            "label": f"{LABELS[encoder]}, {_label(size, data.text.shape[1])}",
            "width": size.width or data.text.shape[1],
            "precision": size.precision,
            "bytes_per_item": small.codes.nbytes / len(small.codes)
            + (4 if small.scales is not None else 0),
            "saved": 1 - small.nbytes / whole,
            "overlap": bootstrap_mean(kept).mean,
            **compared(ranks["text"], None if first else exact["text"], split.test.users),
            "blend": blended["value"],
            "blend_difference": blended.get("difference"),
            "blend_low": blended.get("diff_low"),
            "blend_high": blended.get("diff_high"),
        }


def _nearest(
    vectors: Float32[np.ndarray, "items text"] | None, competes: np.ndarray
) -> torch.Tensor:
    """Rows of the nearest items of each competing item, itself left out."""
    assert vectors is not None
    competing = torch.from_numpy(vectors[competes[1:]])
    unit = F.normalize(competing - competing.mean(dim=0), dim=1)
    cosines = (unit @ unit.T).fill_diagonal_(-torch.inf)
    return cosines.topk(min(NEIGHBOURS, len(unit) - 1), dim=1).indices


def _shared(before: torch.Tensor, now: torch.Tensor) -> Float[np.ndarray, " items"]:
    """Share of each item's nearest ones that are still among them."""
    return (before[:, :, None] == now[:, None]).any(dim=2).double().mean(dim=1).numpy()


def _name(size: Size) -> str:
    return f"{size.cut}-{size.width}-{size.precision}" if size.width else size.precision


def _label(size: Size, dim: int) -> str:
    cut = {PCA: "principal", FIRST: "first"}[size.cut]
    kept = f"{size.width} {cut} numbers" if size.width else f"all {dim} numbers"
    return kept if size.precision == FLOAT32 else f"{kept} as {size.precision}"
