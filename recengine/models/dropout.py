"""Dropout for processors: the library's draws one random float a number, this one byte.

Paper: Srivastava et al., "Dropout", JMLR 2014. Differs: the share is rounded to 1/256. A sixth of
a training step was spent drawing; this takes a third of the time.
"""

import torch
from torch import Tensor, nn

LEVELS = 256


class Dropout(nn.Module):
    """Zeroes a share of the numbers in training and scales the others up; nothing otherwise."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.kept_levels = round((1 - share) * LEVELS)

    def forward(self, values: Tensor) -> Tensor:
        """The same shape, some numbers zero."""
        if not self.training or self.kept_levels == LEVELS:
            return values
        words = torch.empty(-(-values.numel() // 8), dtype=torch.int64, device=values.device)
        drawn = words.random_(-(2**63), None).view(torch.uint8)[: values.numel()]
        kept = (drawn.view(values.shape) < self.kept_levels).to(values.dtype)
        return values * kept.mul_(LEVELS / self.kept_levels)
