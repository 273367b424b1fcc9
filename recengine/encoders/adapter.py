"""Adapters: small trained changes of a language model, which itself stays as it is.

Paper: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022,
arXiv:2106.09685. The library peft knows which matrices of which architecture are worth it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor, nn

from recengine.data.settings import Count, PartialShare, Settings
from recengine.errors import DataError

EVERYWHERE = "all-linear"


@dataclass(frozen=True, kw_only=True)
class AdapterConfig(Settings):
    """How large an adapter is.

    Attributes:
        rank: of each change of a matrix.
        alpha: a change counts alpha / rank.
        dropout: share of a change's inputs that are dropped in training.
    """

    rank: Count = 8
    alpha: Count = 16
    dropout: PartialShare = 0.05


@dataclass(frozen=True)
class TrainedAdapter:
    """What training made of an adapter.

    Attributes:
        config: its size.
        weights: by name of the matrix.
    """

    config: AdapterConfig
    weights: Mapping[str, Tensor]

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the weights and of how much they count."""
        digest = hashlib.sha256(f"{self.config.rank} {self.config.alpha}".encode())
        for name in sorted(self.weights):
            digest.update(name.encode())
            digest.update(self.weights[name].detach().float().cpu().numpy().tobytes())
        return digest.hexdigest()[:16]

    def weakened(self, strength: float) -> "TrainedAdapter":
        """The same changes, each by a share of what it was.

        Paper: Wortsman et al., "Robust Fine-Tuning of Zero-Shot Models", CVPR 2022,
        arXiv:2109.01903.
        """
        weights = {n: w * strength if "lora_B" in n else w for n, w in self.weights.items()}
        return TrainedAdapter(self.config, weights)

    def put_into(self, net: nn.Module) -> None:
        """Change a net for good; it is as fast as before.

        Raises:
            DataError: the adapter was made for another net.
        """
        from peft.tuners.lora import LoraLayer

        parameters = add_adapter(net, self.config)
        fits = set(parameters) == set(self.weights) and all(
            parameters[name].shape == weight.shape for name, weight in self.weights.items()
        )
        if not fits:
            raise DataError(
                "The adapter was trained for another language model than the one it was put into. "
                "Adapt again: recengine adapt DATA"
            )
        with torch.no_grad():
            for name, weight in self.weights.items():
                parameters[name].copy_(weight)
        for module in list(net.modules()):
            if isinstance(module, LoraLayer):
                module.merge()


@dataclass(frozen=True)
class VectorMap:
    """A linear map of low rank on top of an encoder's vectors; new texts are mapped alike.

    Attributes:
        config: its size.
        weights: "mean" that vectors are taken from, "down" and "up" of the map.
    """

    config: AdapterConfig
    weights: Mapping[str, Tensor]

    def weakened(self, strength: float) -> "VectorMap":
        """The same change, by a share of what it was."""
        return VectorMap(self.config, {**self.weights, "up": self.weights["up"] * strength})

    def applied(
        self, vectors: Float32[np.ndarray, "item text"]
    ) -> Float32[np.ndarray, "item text"]:
        """The vectors changed.

        Raises:
            DataError: the map was trained on vectors of another width.
        """
        mean, down, up = (self.weights[name].numpy() for name in ("mean", "down", "up"))
        if vectors.shape[1] != len(mean):
            raise DataError(
                f"The map was trained on vectors of {len(mean)} numbers and these have "
                f"{vectors.shape[1]}. Adapt again: recengine adapt DATA"
            )
        centred = vectors - mean
        change = centred @ down @ up * (self.config.alpha / self.config.rank)
        return (centred + change).astype(np.float32)


def add_adapter(net: nn.Module, config: AdapterConfig) -> nn.ParameterDict:
    """Put an adapter that changes nothing yet into a net, and freeze everything else.

    Returns:
        The adapter's parameters by name, with a slash in place of each full stop. They are those
        of the net: whoever changes them changes what the net does.
    """
    from peft import LoraConfig, inject_adapter_in_model
    from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as KNOWN
    from transformers.pytorch_utils import Conv1D

    kind = getattr(getattr(net, "config", None), "model_type", "")
    inject_adapter_in_model(
        LoraConfig(
            r=config.rank,
            lora_alpha=config.alpha,
            lora_dropout=config.dropout,
            target_modules=list(KNOWN[kind]) if kind in KNOWN else EVERYWHERE,
            # GPT-2 and its like keep their matrices the other way round
            fan_in_fan_out=any(isinstance(module, Conv1D) for module in net.modules()),
        ),
        net,
    )
    return nn.ParameterDict(
        {
            name.replace(".", "/"): parameter
            for name, parameter in net.named_parameters()
            if parameter.requires_grad
        }
    )
