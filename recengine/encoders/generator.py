"""A small language model that puts given words into better ones, loaded when it is first asked.

It is fluent and invents facts: whatever it writes is checked before anybody sees it, and it is
never asked unless a person wants it. Weights are GGUF (the default, from a pinned package) or
safetensors (any causal model by name or folder); no code that travels with a model is run.
"""

import contextlib
import functools
import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.encoders.llm import quiet_loading
from recengine.encoders.source import damaged, folder_digest, is_here
from recengine.encoders.writer_source import (
    DEFAULT_WRITER,
    DEFAULT_WRITER_SHA256,
    find_writer,
    gguf_file,
    is_default_writer,
)
from recengine.errors import ConfigError, DataError

INSTALL_GGUF = "pip install gguf"


@dataclass(frozen=True, kw_only=True)
class GeneratorConfig:
    """Which model writes, and how much.

    Attributes:
        name: public name on the model hub, or a folder.
        max_tokens: longest answer.
        temperature: 0 takes the likeliest word each time; above, words are drawn, by `seed`.
    """

    name: str = DEFAULT_WRITER
    max_tokens: int = 120
    temperature: float = 0.0

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens={self.max_tokens} must be at least 1.")
        if self.temperature < 0:
            raise ConfigError(f"temperature={self.temperature} must be 0 or more.")


class Generator:
    """Answers a conversation through the model's own chat template; safe to share by threads."""

    def __init__(self, config: GeneratorConfig, workspace: Workspace) -> None:
        """Nothing is fetched or loaded yet."""
        self.config = config
        self._workspace = workspace
        self._parts: tuple[Any, Any] | None = None
        self._lock = threading.RLock()

    def fetch(self, progress: Progress = silent) -> None:
        """Have the model's files on this computer.

        Raises:
            DownloadError, DataError, StorageError: they cannot be had or used.
        """
        find_writer(self.config.name, self._workspace, progress)

    def load(self, progress: Progress = silent) -> None:
        """Fetch and load the model now rather than at the first answer.

        Raises:
            DownloadError, DataError, StorageError: the model cannot be had or used.
            ConfigError: the package that reads its file is missing.
        """
        with self._lock:
            if self._parts is not None:
                return
            folder = find_writer(self.config.name, self._workspace, progress)
            if gguf_file(folder) and find_spec("gguf") is None:
                raise ConfigError(
                    f"The writer {self.config.name!r} comes as a GGUF file, and the package that "
                    f"reads it is missing. Install it ({INSTALL_GGUF}), or name a model with "
                    "safetensors."
                )
            progress(f"Loading {self.config.name}", 0, 0)
            self._parts = _load(folder)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the weights and all that shapes an answer."""
        config = self.config
        content = f"{self._weights_digest}|{config.max_tokens}|{config.temperature}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def recognisable(self) -> bool:
        """Whether its weights can be told from others without fetching them."""
        return is_default_writer(self.config.name) or is_here(self.config.name)

    @property
    def _weights_digest(self) -> str:
        """Known without any file for the default."""
        if is_default_writer(self.config.name):
            return DEFAULT_WRITER_SHA256
        folder = find_writer(self.config.name, self._workspace)
        packed = gguf_file(folder)
        return folder_digest(folder, (packed,)) if packed else folder_digest(folder)

    def answer(self, conversation: Sequence[tuple[str, str]], seed: int = 0) -> str:
        """What the model says next.

        Args:
            conversation: (role, text) with roles "system", "user" and "assistant"; the last is
                the user's.
            seed: of the draws; without effect at temperature 0.

        Raises:
            DownloadError, DataError, StorageError: the model cannot be had or used.
            ConfigError: the package that reads its file is missing.
        """
        with self._lock:
            self.load()
            assert self._parts is not None
            model, words = self._parts
            asked = [{"role": role, "content": text} for role, text in conversation]
            tokens: Any = words.apply_chat_template(
                asked, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
            drawn = self.config.temperature > 0
            options: dict[str, Any] = {"temperature": self.config.temperature} if drawn else {}
            with torch.inference_mode(), torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                written: Any = model.generate(
                    **tokens,
                    max_new_tokens=self.config.max_tokens,
                    do_sample=drawn,
                    pad_token_id=words.pad_token_id or words.eos_token_id,
                    **options,
                )
            start = tokens["input_ids"].shape[1]
            return str(words.decode(written[0, start:], skip_special_tokens=True)).strip()


@contextlib.contextmanager
def _no_bar(module: Any) -> Iterator[None]:
    """Loading a GGUF file draws a bar that the library's own switch does not reach."""
    shown = module.tqdm
    module.tqdm = functools.partial(shown, disable=True)
    try:
        yield
    finally:
        module.tqdm = shown


def _load(folder: Path) -> tuple[Any, Any]:
    """Model and tokenizer; their classes depend on the files."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, modeling_gguf_pytorch_utils

    packed = {"gguf_file": gguf_file(folder)} if gguf_file(folder) else {}
    safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False, **packed}
    try:
        with quiet_loading(), _no_bar(modeling_gguf_pytorch_utils):
            words = AutoTokenizer.from_pretrained(str(folder), **safe)
            model = AutoModelForCausalLM.from_pretrained(
                str(folder), dtype=torch.float32, use_safetensors=not packed or None, **safe
            )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise DataError(damaged(folder, reason, "writer")) from error
    if not words.chat_template:
        reason = "it has no chat template, so it cannot be asked to write"
        raise DataError(damaged(folder, reason, "writer"))
    return model.eval().requires_grad_(False), words
