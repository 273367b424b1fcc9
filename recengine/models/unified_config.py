"""The settings of the unified ranker, and the heads that it can bend items with."""

from collections.abc import Mapping
from dataclasses import dataclass

from recengine.errors import ConfigError
from recengine.models.memory_head import MemoryHead
from recengine.models.mixture_of_logits import MixtureOfLogits
from recengine.models.transformer import TransformerConfig

HEADS: Mapping[str, type[MemoryHead] | type[MixtureOfLogits]] = {
    "memory": MemoryHead,
    "mixture": MixtureOfLogits,
}


@dataclass(frozen=True, kw_only=True)
class UnifiedConfig(TransformerConfig):
    """Hyper-parameters."""

    id_dropout: float = 0.05  # share of items whose trained part is hidden in a training step
    context_dropout: float = 0.5  # share of training requests whose moment is hidden
    text_dim: int = 128  # width of the whitened text vectors; 0 works from ids alone
    head: str = "memory"  # what bends items: "memory" or "mixture" (of logits)
    memory_heads: int = 2  # parts of an item, for the mixture
    memory_key_dim: int = 32

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("id_dropout", "context_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be at least 0 and below 1")
        if self.head not in HEADS:
            raise ConfigError(f"head={self.head!r} must be one of: {', '.join(HEADS)}")
