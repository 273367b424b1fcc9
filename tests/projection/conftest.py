import numpy as np
import pytest

NUM_CLUSTERS, CLUSTER_SIZE, DIM = 4, 40, 12


@pytest.fixture(scope="session")
def clusters() -> np.ndarray:
    """Four clusters of forty directions, one cluster after the other."""
    random = np.random.default_rng(0)
    centres = np.linalg.qr(random.normal(size=(DIM, DIM)))[0][:NUM_CLUSTERS]
    noise = 0.1 * random.normal(size=(NUM_CLUSTERS * CLUSTER_SIZE, DIM))
    return (np.repeat(centres, CLUSTER_SIZE, axis=0) + noise).astype(np.float32)


@pytest.fixture(scope="session")
def cluster_of() -> np.ndarray:
    return np.repeat(np.arange(NUM_CLUSTERS), CLUSTER_SIZE)


@pytest.fixture(scope="session")
def layout(clusters):
    from recengine.projection.layout import base_layout

    return base_layout(clusters, seed=0)
