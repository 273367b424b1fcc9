"""How a ranker goes to another device: with its weights, and with everything else that it reads."""

import copy
import itertools
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn

from recengine.data.devices import CPU

Move = Callable[[Tensor], Tensor]  # takes a tensor to another device
AnyMovable = TypeVar("AnyMovable", bound="Movable")


class Movable:
    """Something with tensors."""

    @property
    def device(self) -> torch.device:
        """Where its numbers are; the histories that it scores must be there as well."""
        return next((own.device for own in vars(self).values() if isinstance(own, Tensor)), CPU)

    def moved(self: AnyMovable, move: Move) -> AnyMovable:
        """The same with its numbers on another device; this one, which others may share, stays."""
        there = copy.copy(self)
        for name, own in vars(self).items():
            if isinstance(own, Tensor):
                setattr(there, name, move(own))
        return there


class MovableModule(nn.Module):
    """A module that takes along tensors that are no weights, and what it builds on."""

    @property
    def device(self) -> torch.device:
        """Where its weights are; the histories that it scores must be there as well."""
        return next(itertools.chain(self.parameters(), self.buffers())).device

    def _apply(self, move: Move, recurse: bool = True) -> "MovableModule":
        """What `to` does."""
        super()._apply(move, recurse)
        for name, own in list(vars(self).items()):
            if isinstance(own, Tensor):
                setattr(self, name, move(own))
            elif isinstance(own, Movable):
                setattr(self, name, own.moved(move))
        return self.train(self.training)  # drops what was kept of the weights as they lay before
