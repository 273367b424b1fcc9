"""A simulated shop whose truth is known.

words -> catalogue -> people, visits -> interests (with effects of moments) -> choice -> simulation
"""

from recengine.data.storefront.simulation import (
    NAME,
    StorefrontConfig,
    StorefrontTruth,
    storefront_truth,
)

__all__ = ["NAME", "StorefrontConfig", "StorefrontTruth", "storefront_truth"]
