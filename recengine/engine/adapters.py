"""Text encoders that learnt from a dataset: where their adapters are, and what they make of texts.

An adapter is made by `recengine adapt`, and a ranker may be trained on what it reads
(`recengine train DATA --adapter NAME`). The ranker's file then names it, so that whoever serves the
ranker reads the texts in the same way.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.encoders import DEFAULT_ENCODER, TextTemplate
from recengine.encoders.adapter import AdapterConfig, TrainedAdapter, VectorMap
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.encoders.vectors import encode_items
from recengine.engine.assets import safe_name
from recengine.errors import ConfigError, DataError, StorageError
from recengine.models import MODELS
from recengine.models.base import FitData
from recengine.models.shortlist import RankingNet
from recengine.models.unified import Unified
from recengine.training.adapting import TOP, AdaptingConfig
from recengine.training.checkpoint import load_checkpoint, load_facts

READERS = tuple(name for name, model in MODELS.items() if issubclass(model, Unified | RankingNet))


def adapter_file(data: FitData, config: AdaptingConfig, workspace: Workspace) -> Path:
    """Where the adapter of these settings is kept, named by all that decides it."""
    assert data.encoder is not None
    decisive = [data.dataset.fingerprint, data.encoder.fingerprint, asdict(config)]
    key = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:12]
    return workspace.folder("adapters") / f"{_start(data, config.method)}{key}.safetensors"


def load_adapter(path: Path) -> tuple[TrainedAdapter | VectorMap, dict[str, Any]]:
    """An adapter and how it was made.

    Raises:
        StorageError: the file is missing or damaged.
    """
    weights, facts = load_checkpoint(path)
    try:
        kind = VectorMap if facts["config"]["method"] == TOP else TrainedAdapter
        return kind(AdapterConfig(**facts["adapter"]), weights), facts
    except (KeyError, TypeError) as error:
        raise StorageError(f"{path} is no adapter ({error}). Delete it and adapt again.") from error


def adapted_vectors(
    data: FitData,
    adapter: TrainedAdapter | VectorMap,
    workspace: Workspace,
    progress: Progress = silent,
) -> Float32[np.ndarray, "items text"]:
    """The items as the adapted encoder has them.

    What a changed language model reads is kept under a fingerprint of its own; a map on top is
    applied in no time.
    """
    if isinstance(adapter, VectorMap):
        assert data.text is not None
        return adapter.applied(data.text)
    config = LlmEncoderConfig(name=DEFAULT_ENCODER)
    encoder = LlmEncoder(config, workspace, progress, adapter)
    return encode_items(data.dataset, encoder, TextTemplate(), workspace, progress).vectors


def read_with(
    method: str, ranker: str, data: FitData, workspace: Workspace, progress: Progress = silent
) -> tuple[FitData, dict[str, str]]:
    """Data whose texts the adapter of a method read, and what a ranker's file tells of it.

    Args:
        method: one of `training.adapting.METHODS`; of several made by it the newest is taken.
        ranker: which is to learn from the texts.
        data: with the texts as the encoder has them as it came.
        workspace: where the adapter is.
        progress: told if texts have to be read.

    Raises:
        UnknownNameError: no such method.
        ConfigError: nobody made such an adapter for these data, or the ranker reads no texts.
    """
    AdaptingConfig.of(method)
    if ranker not in READERS:
        raise ConfigError(
            f"The ranker {ranker!r} does not learn from the vectors of item texts, so an adapter "
            f"changes nothing. Leave --adapter out, or train one of {', '.join(READERS)}."
        )
    path = _newest(method, data, workspace)
    told = {"method": method, "file": path.name, "digest": _digest(path)}
    return _read(path, data, workspace, progress), told


def as_trained(
    ranker: Path, data: FitData, workspace: Workspace, progress: Progress = silent
) -> FitData:
    """Data with their texts as a trained ranker read them.

    Raises:
        DataError: it read them with an adapter that is not here.
    """
    told: Mapping[str, str] = load_facts(ranker).get("adapter") or {}
    if not told:
        return data
    path = workspace.folder("adapters") / told["file"]
    if not path.exists() or _digest(path) != told["digest"]:
        name = data.dataset.name
        raise DataError(
            f"{ranker.name} learnt from texts as the adapter {told['method']!r} reads them, and "
            f"{path} is not that adapter any more. Bring it back, or train again: "
            f"recengine adapt {name} --method {told['method']}, then recengine train {name} "
            f"--adapter {told['method']}"
        )
    return _read(path, data, workspace, progress)


def _read(path: Path, data: FitData, workspace: Workspace, progress: Progress) -> FitData:
    return replace(data, text=adapted_vectors(data, load_adapter(path)[0], workspace, progress))


def _newest(method: str, data: FitData, workspace: Workspace) -> Path:
    """The latest adapter of a method that fits data and encoder."""
    folder, name = workspace.folder("adapters"), data.dataset.name
    made = sorted(
        folder.glob(f"{_start(data, method)}*.safetensors"),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    for path in made:
        facts = load_facts(path)
        made_of = facts["config"]["method"], facts["data_fingerprint"], facts["encoder"]
        if data.encoder is not None and made_of == (
            method,
            data.dataset.fingerprint,
            data.encoder.fingerprint,
        ):
            return path
    why = "those that are here were made for other data or another encoder" if made else "none is"
    raise ConfigError(
        f"There is no adapter {method!r} for {name!r} in {folder}: {why}"
        f"{'' if made else ' here'}. Make one first: recengine adapt {name} --method {method}"
    )


def _start(data: FitData, method: str) -> str:
    return f"{safe_name(data.dataset.name)}-{method.replace('+', '-')}-"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
