"""Adapting a text encoder to a dataset: what is chosen together shall read alike.

Five ways: "top" learns a linear map on top of the encoder's vectors, "together" an adapter inside
the language model; both from items that go together by EASE, which tells what is chosen together
from what is merely popular. "pairs" learns the adapter from items that people chose shortly after
one another, whatever the reason. "contrast" goes on with self-supervised pretraining on the item
texts alone, each text against itself under another dropout; "contrast+together" does the one, then
the other. Held-out people's pairs tell when to stop, whichever way it is.

Paper: Gao et al., "SimCSE", EMNLP 2021, arXiv:2104.08821; the others where they are used.
Axes: pair, vocab = 1 + num_items.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool

from recengine.data.progress import Progress, silent
from recengine.data.settings import Count, Positive, Settings
from recengine.encoders.adapter import AdapterConfig, TrainedAdapter, VectorMap
from recengine.encoders.llm import LlmEncoder
from recengine.errors import DataError, UnknownNameError
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEaseConfig, solve_ease
from recengine.training.adapted_readers import InBatch, LanguageReader, MappedReader
from recengine.training.item_pairs import Pairs, chosen_together, going_together
from recengine.training.trainer import Trainer, TrainerConfig, TrainingRecord

TOP, TOGETHER, PAIRS = "top", "together", "pairs"
CONTRAST, BOTH = "contrast", "contrast+together"
METHODS = (TOP, TOGETHER, PAIRS, CONTRAST, BOTH)
HELD_OUT_PEOPLE = 0.1  # share whose pairs validate


@dataclass(frozen=True, kw_only=True)
class AdaptingConfig(Settings):
    """How to adapt; an epoch is a number of steps, as pairs are many.

    Attributes:
        method: one of METHODS.
        window: events that the two items of a pair lie apart at most.
        max_tokens: read of each text.
        temperature: of the softmax.
        widths: beginnings of a vector that have to serve alone as well (Matryoshka).
        steps: in an epoch.
        held_out: pairs of held-out people that validate, at most.
        adapter: its size.
        trainer: the loop; its batches are counted in pairs.
    """

    method: str = TOP
    window: Count = 3
    max_tokens: Count = 32
    temperature: Positive = 0.05
    widths: tuple[int, ...] = (64, 128)
    steps: Count = 24
    held_out: Count = 192
    adapter: AdapterConfig = field(default_factory=AdapterConfig)
    trainer: TrainerConfig = field(
        default_factory=lambda: TrainerConfig(
            epochs=5, batch_size=24, learning_rate=5e-4, average=0.9, patience=2
        )
    )

    @classmethod
    def of(cls, method: str) -> "AdaptingConfig":
        """The usual settings of a method; on top of vectors, steps cost next to nothing.

        Raises:
            UnknownNameError: no such method.
        """
        if method != TOP:
            return cls(method=method)
        trainer = TrainerConfig(
            epochs=12, batch_size=256, learning_rate=2e-3, average=0.95, patience=3
        )
        size = AdapterConfig(rank=32, alpha=32, dropout=0.1)
        return cls(method=method, steps=50, held_out=4096, adapter=size, trainer=trainer)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.method not in METHODS:
            raise UnknownNameError("way of adapting", self.method, METHODS)


class EncoderTrainer:
    """Trains the adapter of one encoder on one dataset."""

    def __init__(
        self,
        encoder: LlmEncoder,
        texts: list[str],
        data: FitData,
        allowed: Bool[np.ndarray, "vocab"],
        config: AdaptingConfig,
        checkpoint: Path,
        *,
        resume: bool,
    ) -> None:
        """Set up.

        Args:
            encoder: to be adapted; itself it stays as it is.
            texts: of the items; position i belongs to item index i + 1.
            data: what may be learnt from.
            allowed: items that may be learnt from.
            config: how.
            checkpoint: file to write after each epoch.
            resume: go on from that file if it is there.

        Raises:
            DataError: nobody chose two of the allowed items shortly after one another.
        """
        self.config, self.checkpoint, self.resume = config, checkpoint, resume
        self._items = np.flatnonzero(allowed)
        log = data.train
        people = np.random.default_rng(config.trainer.seed).random(log.num_users)
        asked = people[log.users] < HELD_OUT_PEOPLE
        learnt = log.keep(~asked)
        self._chances: np.ndarray | None = None  # of each pair; None if they are all the same
        if config.method in (TOP, TOGETHER, BOTH):
            weights = solve_ease(replace(data, train=learnt), RecencyEaseConfig().l2)
            self._pairs, self._chances = going_together(weights, allowed)
        else:
            self._pairs = chosen_together(learnt, config.window, allowed)
        held = chosen_together(log.keep(asked), config.window, allowed)
        if len(self._pairs) == 0 or len(held) == 0:
            raise DataError(
                "Adapting learns from items that the same person chose shortly after one another, "
                "and there are none to learn from or none to validate with. Bring more events."
            )
        drawn = np.random.default_rng(0).permutation(len(held))[: config.held_out]
        self._held_out = held[drawn]
        torch.manual_seed(config.trainer.seed)
        telling = InBatch(config.widths, config.temperature)
        self.model: LanguageReader | MappedReader
        if config.method == TOP:
            assert data.text is not None
            self.model = MappedReader(data.text, allowed[1:], config.adapter, telling)
        else:
            self.model = LanguageReader(encoder, texts, config.adapter, telling, config.max_tokens)

    def run(self, progress: Progress = silent) -> tuple[TrainedAdapter | VectorMap, TrainingRecord]:
        """Train until held-out pairs get no better; the adapter is that of the best epoch."""
        config = self.config
        trainer = Trainer(self.model, config.trainer, self.checkpoint)
        record = trainer.run(
            self._batches,
            config.steps,
            self.model.loss,
            self._validate,
            resume=self.resume,
            progress=progress,
            stage="Adapting the text encoder",
        )
        if isinstance(self.model, MappedReader):
            return self.model.trained(), record
        weights = {name: weight.detach().clone() for name, weight in self.model.adapter.items()}
        return TrainedAdapter(config.adapter, weights), record

    def _batches(self, epoch: int) -> Iterator[Pairs]:
        config = self.config
        rng = np.random.default_rng((config.trainer.seed, epoch))
        alone = config.method == CONTRAST or (
            config.method == BOTH and epoch < config.trainer.epochs // 3
        )
        for _ in range(config.steps):
            if alone:
                items = rng.choice(self._items, config.trainer.batch_size)
                yield np.stack([items, items], axis=1)
            else:
                rows = rng.choice(len(self._pairs), config.trainer.batch_size, p=self._chances)
                yield self._pairs[rows]

    @torch.inference_mode()
    def _validate(self) -> float:
        """Minus the loss on held-out pairs."""
        size = self.config.trainer.batch_size
        batches = [self._held_out[at : at + size] for at in range(0, len(self._held_out), size)]
        whole = [batch for batch in batches if len(batch) == size] or batches
        return -float(np.mean([float(self.model.loss(batch)) for batch in whole]))
