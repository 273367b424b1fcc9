import pytest

from recengine.data.storefront import StorefrontConfig, storefront_truth


@pytest.fixture(scope="session")
def truth():
    """One shop, large enough that shares mean something."""
    return storefront_truth(StorefrontConfig(num_users=400, num_items=480, seed=3))
