"""The vector of every item of a dataset: stored ones are looked up, missing ones are made.

Finished chunks are kept at once, so a run that is stopped goes on where it was, and a changed
catalogue costs only its changed texts.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.encoders.base import ItemEncoder
from recengine.encoders.compression import Size
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig
from recengine.encoders.store import VectorStore
from recengine.encoders.text import TextTemplate, item_texts

CHUNK_TEXTS = 256  # read between two saves


@dataclass(frozen=True)
class ItemVectors:
    """What a language model made of a catalogue.

    Attributes:
        vectors: row i belongs to item index i + 1.
        space: digest of encoder and template; vectors of equal space can be compared, and a
            ranker trained in a space works with new items of it.
        fingerprint: digest of space and texts, that is of these very vectors.
    """

    vectors: Float32[np.ndarray, "items dim"]
    space: str
    fingerprint: str


def item_vectors(
    dataset: Dataset,
    encoder_name: str,
    template: TextTemplate,
    workspace: Workspace,
    progress: Progress = silent,
    *,
    precision: str = "",
) -> ItemVectors:
    """The vectors that a language model gives to a dataset's items.

    Neither the model nor its library is loaded if all vectors are stored.

    Args:
        dataset: whose items.
        encoder_name: a model's public name, or a folder that holds one.
        template: what is read of an item.
        workspace: where vectors and weights are kept.
        progress: told how many texts are read; if it raises, finished chunks stay.
        precision: what all of the encoder's vectors are kept with from now on: "float32",
            "float16" or "int8"; "" leaves that as it is.

    Raises:
        UnknownNameError: the template names a column that does not exist.
        DownloadError: weights are neither here nor to be had.
        DataError: what is there is not a usable model.
        StorageError: a stored file is damaged, or the disk is full.
    """
    encoder = LlmEncoder(LlmEncoderConfig(name=encoder_name), workspace, progress)
    if precision:
        Size(precision=precision)  # refuses what is none
    vectors = encode_items(dataset, encoder, template, workspace, progress)
    if not precision:
        return vectors
    with workspace.lock(f"vectors-{encoder.fingerprint}"):
        VectorStore(workspace.folder("vectors") / encoder.fingerprint, precision).rewrite()
    return encode_items(dataset, encoder, template, workspace, progress)


def encode_items(
    dataset: Dataset,
    encoder: ItemEncoder,
    template: TextTemplate,
    workspace: Workspace,
    progress: Progress = silent,
) -> ItemVectors:
    """As `item_vectors`, with any encoder."""
    texts = item_texts(dataset, template)
    vectors = text_vectors(texts, encoder, workspace, progress)
    space = _digest(encoder.fingerprint, template.fingerprint(dataset))
    return ItemVectors(vectors=vectors, space=space, fingerprint=_digest(space, *texts))


def text_vectors(
    texts: Sequence[str],
    encoder: ItemEncoder,
    workspace: Workspace,
    progress: Progress = silent,
) -> Float32[np.ndarray, "text dim"]:
    """The vectors of any texts, in their order; what is read for the first time is kept.

    Raises:
        RecEngineError: as `item_vectors`.
    """
    store = VectorStore(workspace.folder("vectors") / encoder.fingerprint)
    vectors, stored = store.read(texts)
    if not stored.all():
        with workspace.lock(f"vectors-{encoder.fingerprint}"):
            _encode_missing(texts, encoder, store, progress)
        vectors, stored = store.read(texts)
        assert stored.all()
    return vectors


def _encode_missing(
    texts: Sequence[str], encoder: ItemEncoder, store: VectorStore, progress: Progress
) -> None:
    _, stored = store.read(texts)  # again: another process may have read them meanwhile
    missing = {text for text, known in zip(texts, stored, strict=True) if not known}
    # Longest first: texts of like length share a batch, and too little memory shows at once.
    queue = sorted(missing, key=lambda text: (-len(text), text))
    for start in range(0, len(queue), CHUNK_TEXTS):
        chunk = queue[start : start + CHUNK_TEXTS]
        store.append(chunk, encoder.encode(chunk, _part_of(progress, start, len(queue))))
    store.merge()


def _part_of(progress: Progress, start: int, whole: int) -> Progress:
    """What one chunk reports to, told on as a part of the whole."""

    def report(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        progress(stage, start + done, whole)

    return report


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
