"""The settings of the unified ranker, and the heads that it can bend items with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from recengine.data.settings import Count, CountOrNone, PartialShare
from recengine.errors import ConfigError
from recengine.models.memory_head import MemoryHead
from recengine.models.mixture_of_logits import MixtureOfLogits
from recengine.models.self_supervision import SELF_SUPERVISED, SelfSupervisionConfig
from recengine.models.transformer import TransformerConfig

HEADS: Mapping[str, type[MemoryHead] | type[MixtureOfLogits]] = {
    "memory": MemoryHead,
    "mixture": MixtureOfLogits,
}
MOMENTS = ("state", "interest")


@dataclass(frozen=True, kw_only=True)
class UnifiedConfig(TransformerConfig, SelfSupervisionConfig):
    """Hyper-parameters, those of the self-supervised options included."""

    later: ClassVar[tuple[str, ...]] = (*SELF_SUPERVISED, "moment_joins")

    id_dropout: PartialShare = 0.05  # share of items whose trained part a training step hides
    context_dropout: PartialShare = 0.5  # share of training requests whose moment is hidden
    moment_joins: str = "state"  # before the norm, or "interest", after it (moments.py)
    text_dim: CountOrNone = 128  # width of the whitened text vectors; 0 works from ids alone
    head: str = "memory"  # what bends items: "memory" or "mixture" (of logits)
    memory_heads: Count = 2  # parts of an item, for the mixture
    memory_key_dim: Count = 32

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.head not in HEADS:
            raise ConfigError(f"head={self.head!r} must be one of: {', '.join(HEADS)}")
        if self.moment_joins not in MOMENTS:
            raise ConfigError(
                f"moment_joins={self.moment_joins!r} must be one of: {', '.join(MOMENTS)}"
            )
