"""Adapting a text encoder to a dataset: what is chosen together shall read alike.

Four ways: "together" learns from items that go together by EASE, which tells what is chosen
together from what is merely popular; "pairs" from items that people chose shortly after one
another, whatever the reason; either against the others of the batch. "contrast" goes on with
self-supervised pretraining on the item texts alone, each text against itself under another dropout;
"contrast+together" does the one, then the other. Only an adapter of low rank moves. Held-out
people's pairs tell when to stop, whichever way it is.

Papers: Henderson et al., "Efficient Natural Language Response Suggestion", 2017, arXiv:1705.00652
(softmax within a batch); Gao et al., "SimCSE", EMNLP 2021, arXiv:2104.08821; Kusupati et al.,
"Matryoshka Representation Learning", NeurIPS 2022, arXiv:2205.13147; Hu et al., "LoRA", ICLR 2022,
arXiv:2106.09685; Steck, "Embarrassingly Shallow Autoencoders", WWW 2019, arXiv:1905.03375 (EASE).
Differs: the softmax goes both ways, and an item of a batch that is one side of a pair never counts
against it.
Axes: pair, batch = pairs of a step, text = width of a vector.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from recengine.data.dataset import Log
from recengine.data.progress import Progress, silent
from recengine.encoders.adapter import AdapterConfig, TrainedAdapter, add_adapter
from recengine.encoders.language_model import readable
from recengine.encoders.llm import LlmEncoder, net_of
from recengine.errors import ConfigError, DataError, UnknownNameError
from recengine.models.base import FitData
from recengine.models.losses import fast_product_dtype
from recengine.models.recency_ease import RecencyEaseConfig, solve_ease
from recengine.training.trainer import Trainer, TrainerConfig, TrainingRecord

TOGETHER, PAIRS, CONTRAST, BOTH = "together", "pairs", "contrast", "contrast+together"
METHODS = (TOGETHER, PAIRS, CONTRAST, BOTH)
NUM_NEIGHBOURS = 8  # of an item, that may be its other half
HELD_OUT_PEOPLE = 0.1  # share whose pairs validate
HELD_OUT_PAIRS = 192  # of theirs, at most
Pairs = Int[np.ndarray, "pair 2"]


@dataclass(frozen=True, kw_only=True)
class AdaptingConfig:
    """How to adapt; an epoch is a number of steps, as pairs are many.

    Attributes:
        method: one of METHODS.
        window: events that the two items of a pair lie apart at most.
        max_tokens: read of each text.
        temperature: of the softmax.
        widths: beginnings of a vector that have to serve alone as well (Matryoshka).
        steps: in an epoch.
        adapter: its size.
        trainer: the loop; its batches are counted in pairs.
    """

    method: str = TOGETHER
    window: int = 3
    max_tokens: int = 32
    temperature: float = 0.05
    widths: tuple[int, ...] = (64, 128)
    steps: int = 24
    adapter: AdapterConfig = field(default_factory=AdapterConfig)
    trainer: TrainerConfig = field(
        default_factory=lambda: TrainerConfig(
            epochs=5, batch_size=24, learning_rate=5e-4, average=0.9, patience=2
        )
    )

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownNameError("way of adapting", self.method, METHODS)
        for name in ("window", "max_tokens", "temperature", "steps"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name}={getattr(self, name)} must be above 0")


def chosen_together(log: Log, window: int, allowed: Bool[np.ndarray, "vocab"]) -> Pairs:
    """Items that somebody chose at most `window` events apart, both allowed; earlier one first."""
    found = []
    for apart in range(1, window + 1):
        first, second = log.items[:-apart], log.items[apart:]
        same = log.users[:-apart] == log.users[apart:]
        kept = same & allowed[first] & allowed[second] & (first != second)
        found.append(np.stack([first[kept], second[kept]], axis=1))
    return np.concatenate(found).astype(np.int64)


def going_together(
    weights: Float[Tensor, "vocab vocab"], allowed: Bool[np.ndarray, "vocab"]
) -> tuple[Pairs, Float[np.ndarray, " pair"]]:
    """The items that go best with each, all of them allowed, and how often to learn from each pair.

    Args:
        weights: [i, j], how much having i speaks for j.
        allowed: items that may be learnt from.
    """
    items = torch.from_numpy(np.flatnonzero(allowed))
    speaks, nearest = weights[items][:, items].topk(min(NUM_NEIGHBOURS, len(items)), dim=1)
    first = items[:, None].expand_as(nearest)
    pairs = torch.stack([first, items[nearest]], dim=2).flatten(0, 1).numpy()
    positive = speaks.flatten().clamp(min=0).double().numpy()
    kept = (positive > 0) & (pairs[:, 0] != pairs[:, 1])
    return pairs[kept], positive[kept] / max(positive[kept].sum(), 1e-12)


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
        if config.method in (TOGETHER, BOTH):
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
        drawn = np.random.default_rng(0).permutation(len(held))[:HELD_OUT_PAIRS]
        self._held_out = held[drawn]
        torch.manual_seed(config.trainer.seed)
        self.model = _AdaptedReader(encoder, texts, config)

    def run(self, progress: Progress = silent) -> tuple[TrainedAdapter, TrainingRecord]:
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


class _AdaptedReader(nn.Module):
    """An encoder with an adapter; only the adapter is part of the module."""

    def __init__(self, encoder: LlmEncoder, texts: list[str], config: AdaptingConfig) -> None:
        super().__init__()
        opened = encoder.opened()
        opened.max_seq_length = min(opened.max_seq_length or config.max_tokens, config.max_tokens)
        self._opened = (opened,)  # in a tuple, so that its weights are not saved with the adapter
        self._texts, self._config = texts, config
        self.adapter = add_adapter(net_of(opened), config.adapter)

    def loss(self, pairs: Pairs) -> Tensor:
        """Softmax within the batch, both ways, for the whole vectors and their beginnings."""
        distinct, places = np.unique(pairs, return_inverse=True)
        vectors = self._vectors(distinct.tolist())
        rows = torch.from_numpy(places.reshape(pairs.shape)).to(vectors.device)
        items = torch.from_numpy(pairs).to(vectors.device)
        if (pairs[:, 0] == pairs[:, 1]).all():  # a text against itself is read twice
            first, second = vectors[rows[:, 0]], self._vectors(distinct.tolist())[rows[:, 1]]
        else:
            first, second = vectors[rows[:, 0]], vectors[rows[:, 1]]
        widths = {min(width, vectors.shape[1]) for width in self._config.widths}
        losses = [
            in_batch_loss(first[:, :width], second[:, :width], items, self._config.temperature)
            for width in sorted(widths | {vectors.shape[1]})
        ]
        return torch.stack(losses).mean()

    def _vectors(self, items: list[int]) -> Float[Tensor, "batch text"]:
        (opened,) = self._opened
        opened.train(self.training)
        features = opened.preprocess([readable(self._texts[item - 1]) for item in items])
        features = {
            name: value.to(opened.device) if isinstance(value, Tensor) else value
            for name, value in features.items()
        }
        dtype = fast_product_dtype(opened.device)
        with torch.autocast(opened.device.type, dtype, enabled=dtype != torch.float32):
            return opened(features)["sentence_embedding"].float()


def in_batch_loss(
    first: Float[Tensor, "batch text"],
    second: Float[Tensor, "batch text"],
    items: Int[Tensor, "batch 2"],
    temperature: float,
) -> Float[Tensor, ""]:
    """Cross-entropy of finding the other half of each pair among those of the batch, both ways.

    Args:
        first, second: vectors of the two halves.
        items: item indices of the two halves; what is one of a pair's own items is no rival.
        temperature: cosines are divided by it.
    """
    logits = F.normalize(first, dim=1) @ F.normalize(second, dim=1).T / temperature
    target = torch.arange(len(items), device=logits.device)
    own = torch.eye(len(items), dtype=torch.bool, device=logits.device)

    def rivals(columns: Tensor) -> Tensor:
        known = (columns[None] == items[:, :1]) | (columns[None] == items[:, 1:])
        return known & ~own

    there = F.cross_entropy(logits.masked_fill(rivals(items[:, 1]), -torch.inf), target)
    back = F.cross_entropy(logits.T.masked_fill(rivals(items[:, 0]), -torch.inf), target)
    return (there + back) / 2
