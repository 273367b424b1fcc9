"""From a dataset's name to a loaded engine: whatever is missing is fetched or computed first."""

import numpy as np

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, leave_last_out
from recengine.data.workspace import Workspace
from recengine.encoders import DEFAULT_ENCODER, TextTemplate, item_vectors
from recengine.engine.places import Places, open_places
from recengine.engine.rankers import Rankers
from recengine.engine.state import State
from recengine.errors import DataError
from recengine.models.base import FitData
from recengine.models.unified import Unified


def open_state(name_or_path: str, workspace: Workspace, *, progress: Progress = silent) -> State:
    """Load a dataset with every ranker that is ready for it.

    Closed-form rankers are always ready. The unified one is if it was trained before, here or by
    us; without it the others still work.

    Raises:
        RecEngineError: something is missing and could not be fetched or made.
    """
    dataset = load_dataset(name_or_path, workspace, progress=progress)
    data, text_fingerprint = fit_data(dataset, protocol_split(dataset), workspace, progress)
    rankers = Rankers(data, workspace, progress)
    places: dict[str, Places] = {}
    if isinstance(unified := rankers.get(Unified.name), Unified):
        key = f"{dataset.fingerprint}-{text_fingerprint}-{rankers.facts(Unified.name)['made']}"
        places[Unified.name] = open_places(unified, dataset, key, workspace, progress)
    return State(dataset, workspace, rankers, places)


def protocol_split(dataset: Dataset) -> Split:
    """The split that rankers are trained and judged on."""
    try:
        return leave_last_out(dataset)
    except DataError:  # a small log of one's own: rare items must count as well
        return leave_last_out(dataset, min_item_count=1)


def fit_data(
    dataset: Dataset, split: Split, workspace: Workspace, progress: Progress = silent
) -> tuple[FitData, str]:
    """What a ranker learns from, and the fingerprint of the text vectors in it."""
    vectors = item_vectors(dataset, DEFAULT_ENCODER, TextTemplate(), workspace, progress)
    data = FitData(dataset, split.train, split.candidates, np.asarray(vectors.vectors))
    return data, vectors.fingerprint
