"""What the blocks of a Transformer leave behind while somebody watches.

Axes: batch, heads, length (positions), dim.
"""

from dataclasses import dataclass, field

from torch import Tensor


@dataclass
class Watch:
    """A notebook handed along through the blocks; without one nothing is kept.

    Attributes:
        weights: attention of each block so far, (batch, heads, length that reads, length read);
            each reader's weights sum to 1 over what it may read.
        states: what the first block read, then what each block gave, (batch, length, dim).
    """

    weights: list[Tensor] = field(default_factory=list)
    states: list[Tensor] = field(default_factory=list)
