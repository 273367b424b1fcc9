"""How far an interest moved with each event.

Axes: step = moments in a history, dim = model width.
"""

import numpy as np
from jaxtyping import Float, Float64


def cosine_drift(interest: Float[np.ndarray, "step dim"]) -> Float64[np.ndarray, "step"]:
    """Cosine distance of each vector from the one before; 0 for the first."""
    lengths = np.linalg.norm(interest, axis=1, keepdims=True)
    unit = interest / np.where(lengths > 0, lengths, 1)
    drift = np.zeros(len(interest))
    drift[1:] = 1 - np.einsum("sd,sd->s", unit[1:], unit[:-1])
    return np.clip(drift, 0, 2)
