"""Item text to vector by any pretrained language model, BERT-like or GPT-like, by name or folder.

Encoders average their tokens ("mean"); decoder-only models are read at their last token ("last"),
the only one that has seen the whole text. Weights are safetensors only and no code that travels
with a model is run. Axes: text = texts, dim = width of the model's output.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float32
from safetensors import SafetensorError

from recengine.data.devices import find_device
from recengine.data.memory import within_memory
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace, read_json
from recengine.encoders.adapter import TrainedAdapter
from recengine.encoders.base import ItemEncoder
from recengine.encoders.language_model import LanguageModel, readable
from recengine.encoders.source import (
    DEFAULT_ENCODER,
    DEFAULT_WEIGHTS_SHA256,
    damaged,
    find_weights,
    folder_digest,
    is_default,
    verify_default,
)
from recengine.encoders.words import TextWords, words_of
from recengine.errors import ConfigError, DataError, StorageError, UnknownNameError

if TYPE_CHECKING:  # importing it takes seconds, which a start without encoding must not pay
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedModel

POOLINGS = {"auto": "", "mean": "mean", "last": "lasttoken", "cls": "cls"}
PRECISIONS = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
MAX_BATCH_TEXTS = 64
MAX_BATCH_CHARACTERS = 64_000


@dataclass(frozen=True, kw_only=True)
class LlmEncoderConfig:
    """Which model reads the texts, and how.

    Attributes:
        name: public name on the model hub, or a folder.
        pooling: "mean", "last" or "cls"; "auto" is what the model was made for.
        prompt: put before every text; some models ask for one, such as "passage: ".
        max_tokens: the rest of a text is not read; the model's own limit, if lower, holds.
        device: "cpu", "cuda", "mps" ...; "auto" takes the best there is.
        precision: "float32", "bfloat16" or "float16"; "auto" is bfloat16 on CUDA, else float32.
    """

    name: str = DEFAULT_ENCODER
    pooling: str = "auto"
    prompt: str = ""
    max_tokens: int = 512
    device: str = "auto"
    precision: str = "auto"

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise UnknownNameError("pooling", self.pooling, POOLINGS)
        if self.precision not in ("auto", *PRECISIONS):
            raise UnknownNameError("precision", self.precision, ("auto", *PRECISIONS))
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens={self.max_tokens} must be at least 1.")


class LlmEncoder(ItemEncoder):
    """Reads texts with a pretrained language model, loaded at the first text."""

    def __init__(
        self,
        config: LlmEncoderConfig,
        workspace: Workspace,
        progress: Progress = silent,
        adapter: TrainedAdapter | None = None,
    ) -> None:
        """Nothing is loaded yet.

        Args:
            config: which model, and how it reads.
            workspace: where weights are kept.
            progress: told what is fetched.
            adapter: what the model learnt from a dataset, if anything.
        """
        self.config, self.name, self.adapter = config, config.name, adapter
        self._workspace, self._progress = workspace, progress

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the weights and of all that shapes a vector.

        Device and precision are left out: they move a vector by rounding only, and a ranker
        trained on one machine has to find its vectors on another.
        """
        default = is_default(self.name)
        weights = DEFAULT_WEIGHTS_SHA256 if default else folder_digest(self._folder)
        config = self.config
        facts = [weights, config.pooling, config.prompt, config.max_tokens]
        content = json.dumps(facts + ([self.adapter.fingerprint] if self.adapter else []))
        label = DEFAULT_ENCODER if default else Path(self.name).name
        return f"{label}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(
        self, texts: Sequence[str], progress: Progress = silent
    ) -> Float32[np.ndarray, "text dim"]:
        """One vector per text, in the order given.

        Raises:
            DownloadError, DataError, StorageError: the model cannot be had or used.
            ConfigError: the device has too little memory, or the precision is too low.
        """
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        done = 0
        while done < len(order):
            longest = len(texts[order[done]])
            size = min(MAX_BATCH_TEXTS, max(1, MAX_BATCH_CHARACTERS // (1 + longest)))
            rows = order[done : done + size]
            vectors[rows] = self._encode_batch([readable(texts[row]) for row in rows])
            done += len(rows)
            progress("Reading item texts", done, len(order))
        return vectors

    def words(self, texts: Sequence[str]) -> list[TextWords]:
        """The words of some short texts with their vectors; no more than the model reads.

        Raises:
            DownloadError, DataError, StorageError: the model cannot be had or used.
        """
        return words_of(self._model, [readable(text) for text in texts])

    def _encode_batch(self, texts: list[str]) -> Float32[np.ndarray, "text dim"]:
        tokens = self.config.max_tokens
        cure = f"Lower max_tokens={tokens}, take a smaller model, or device='cpu'."
        with within_memory(f"The encoder {self.name!r}", cure, ConfigError):
            vectors = self._model.encode(
                texts, prompt=self.config.prompt, batch_size=len(texts), show_progress_bar=False
            )
        if not np.isfinite(vectors).all():
            raise ConfigError(
                f"The encoder {self.name!r} gave numbers that are not finite. Expected finite "
                "ones; choose precision='float32'."
            )
        return vectors.astype(np.float32)

    def language_model(self) -> LanguageModel:
        """The model itself, adapter included; a copy of its own, which may be changed.

        Raises:
            DownloadError, DataError, StorageError: the model cannot be had or used.
        """
        opened = self.opened()
        return LanguageModel(opened.tokenizer, net_of(opened))

    @cached_property
    def _folder(self) -> Path:
        return find_weights(self.name, self._workspace, self._progress)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        return self.opened()

    def opened(self) -> "SentenceTransformer":
        """The model with its tokenizer and its pooling, read from disk anew.

        Raises:
            DownloadError, DataError, StorageError: the model cannot be had or used.
        """
        folder = self._folder
        if is_default(self.name):
            verify_default(folder)
        self._progress(f"Loading encoder {self.name}", 0, 0)
        model = _load(folder, self.config)
        model.max_seq_length = min(model.max_seq_length or 512, self.config.max_tokens)
        words = model.tokenizer
        if words.pad_token is None:  # as in GPT-2; which one is all the same, padding is masked
            words.pad_token = words.eos_token or words.unk_token
        pooling = self.config.pooling
        if pooling == "auto" and _is_older_decoder(folder):
            pooling = "last"
        if pooling != "auto":
            _set_pooling(model, pooling)
        if self.adapter is not None:
            self.adapter.put_into(net_of(model))
        return model


def net_of(opened: "SentenceTransformer") -> "PreTrainedModel":
    """The net behind a sentence encoder."""
    net: PreTrainedModel = opened[0].auto_model  # type: ignore[assignment]
    return net


def _load(folder: Path, config: LlmEncoderConfig) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    device = str(find_device(config.device, ("cuda", "mps")))
    try:
        with quiet_loading():
            return SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={
                    "use_safetensors": True,
                    "dtype": _dtype(config.precision, device),
                },
            )
    except SafetensorError as error:
        raise StorageError(damaged(folder, f"its weights are damaged ({error})")) from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise DataError(damaged(folder, reason)) from error


def _is_older_decoder(folder: Path) -> bool:
    """Whether a model is GPT-2 or its like, which the library takes for an encoder by its name."""
    if (folder / "modules.json").exists():
        return False
    architectures = read_json(folder / "config.json").get("architectures") or [""]
    return str(architectures[0]).endswith("LMHeadModel")


def _set_pooling(model: "SentenceTransformer", pooling: str) -> None:
    from sentence_transformers.sentence_transformer.modules import Pooling

    for module in model.children():
        if isinstance(module, Pooling):
            module.pooling_mode = POOLINGS[pooling]
            return
    raise ConfigError(f"This model has no pooling to set to {pooling!r}; choose pooling='auto'.")


def _dtype(choice: str, device: str) -> torch.dtype:
    if choice != "auto":
        return PRECISIONS[choice]
    return torch.bfloat16 if device.startswith("cuda") else torch.float32


@contextlib.contextmanager
def quiet_loading() -> Iterator[None]:
    """No bars of the library beside our own."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
