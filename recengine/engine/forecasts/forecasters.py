"""Fitted forecasters of a ranker's interest vectors: made, kept, and found again.

A forecaster knows the vectors of one training of one ranker; after another training it no longer
fits and is passed over. Axes: row = vectors, dim, category.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from recengine.data.dataset import Dataset
from recengine.data.progress import Progress, silent
from recengine.data.workspace import Workspace
from recengine.engine.assets import kept_file, safe_name
from recengine.engine.opening import open_state
from recengine.engine.state import State
from recengine.engine.workshop import circumstances
from recengine.errors import StorageError, UnknownNameError
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import UNITS, Horizons
from recengine.interests.forecasting.calibrating import interval_factors, radius_factors
from recengine.interests.forecasting.fitting import FitConfig, fit
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.reading import interest_sequences
from recengine.interests.forecasting.sequences import MIN_PAST
from recengine.interests.forecasting.store import Fitted, load_fitted, save_fitted
from recengine.interests.forecasting.task import ForecastTask
from recengine.interests.shares import category_shares, complete_categories
from recengine.interests.taste import DAY, MANY_DAYS
from recengine.models.base import InterestModel
from recengine.training.checkpoint import run_folder

VALIDATED = 0.1  # share of the events, the latest ones, that calibrate
MIN_DAYS = 3  # different days with events; fewer were typed in at one sitting
MAX_PEOPLE = 3000
DRAWS = 50  # for calibration
SAMPLED_ITEMS, SAMPLED_NUMBERS = 16, 4  # that tell one training of a ranker from another

Shares = Callable[[Float[Tensor, "*row dim"]], Float[Tensor, "*row category"]]
Places = Callable[[Float[Tensor, "*row dim"]], Float[Tensor, "*row 2"]]


@dataclass(frozen=True)
class Views:
    """What people see of a vector.

    Attributes:
        shares: its category shares.
        categories: their names.
        places: its place on the item map; None without a map.
    """

    shares: Shares
    categories: tuple[str, ...]
    places: Places | None = None


def views_of(model: InterestModel, dataset: Dataset) -> Views:
    """Category shares by a ranker's items."""
    complete, names = complete_categories(dataset.category_shares, dataset.categories)
    with torch.inference_mode():
        items, bias = model.item_vectors()[1:].numpy(), model.item_bias()[1:].numpy()

    def shares(vectors: Tensor) -> Tensor:
        flat = np.ascontiguousarray(vectors.reshape(-1, vectors.shape[-1]).numpy())
        found = category_shares(flat, items, bias, complete)
        return torch.from_numpy(found).reshape(*vectors.shape[:-1], -1)

    return Views(shares, names)


def views_in(state: State, ranker: str) -> Views:
    """Category shares and places on the map, as the dashboard draws them."""
    name = state.ready(ranker)
    model = state.interest_model(name)
    views = views_of(model, state.dataset)
    own = name if name in state.places else next(iter(state.places), None)
    if own is None:
        return views
    item_map = state.places[own]
    with torch.inference_mode():
        items = model.item_vectors()[1:].numpy()

    def places(vectors: Tensor) -> Tensor:
        flat = np.ascontiguousarray(vectors.reshape(-1, vectors.shape[-1]).numpy())
        xy = item_map.path(flat, items)[["x", "y"]].to_numpy(dtype=np.float32)
        return torch.from_numpy(xy).reshape(*vectors.shape[:-1], 2)

    return replace(views, places=places)


def people_with_time(dataset: Dataset, most: int = MAX_PEOPLE) -> np.ndarray:
    """User indices of those whose history lies on several days; a fixed choice if they are many."""
    log = dataset.log
    days = np.unique(log.users * MANY_DAYS + log.times // DAY % MANY_DAYS) // MANY_DAYS
    several = np.bincount(days, minlength=log.num_users) >= MIN_DAYS
    users = np.flatnonzero(several & (log.lengths >= 2 * MIN_PAST))
    chosen = np.random.default_rng(0).permutation(len(users))[:most]
    return users[np.sort(chosen)]


def active_days(times: Int64[np.ndarray, " event"]) -> int:
    """On how many different days events lie; times in Unix seconds."""
    return len(np.unique(times // DAY))


def weights_digest(model: InterestModel) -> str:
    """Another one after every training; a key for what is kept on one machine."""
    digest = hashlib.sha256()
    with torch.inference_mode():
        for tensor in (model.item_vectors(), model.item_bias()):
            digest.update(np.ascontiguousarray(tensor.numpy()).tobytes())
    return digest.hexdigest()[:16]


def vector_sample(model: InterestModel) -> list[float]:
    """Some numbers of its item vectors: others after every training, alike on every machine."""
    with torch.inference_mode():
        items = model.item_vectors()[1:].numpy()
    rows = np.linspace(0, len(items) - 1, min(len(items), SAMPLED_ITEMS)).astype(int)
    return items[rows, :SAMPLED_NUMBERS].ravel().round(5).tolist()


def _same_ranker(fitted: Fitted, model: InterestModel) -> bool:
    """Whether a forecaster was made for this training of the ranker, rounding aside."""
    then, now = fitted.facts.get("ranker_sample", []), vector_sample(model)
    return len(then) == len(now) and np.allclose(then, now, atol=1e-3)


def calibrated(forecaster: Forecaster, task: ForecastTask, views: Views) -> dict[Any, Tensor]:
    """Factors of the intervals of everything that people see, by unit and kind."""
    factors = {}
    for unit in UNITS:
        questions, horizons = task.validation_questions(unit), Horizons.learnt(unit)
        targets = task.validation_targets(unit)
        found = forecaster.forecast(
            task.sequences.past(questions), horizons, num_samples=DRAWS, seed=task.seed
        )
        factors[unit, "shares"] = interval_factors(
            views.shares(found.samples), views.shares(targets.vectors), targets.known
        )
        if views.places is not None:
            factors[unit, "places"] = radius_factors(
                views.places(found.samples),
                views.places(found.mean),
                views.places(targets.vectors),
                targets.known,
            )
    return factors


def train_forecasters(
    data_name: str,
    methods: Sequence[str],
    workspace: Workspace,
    *,
    ranker: str = "",
    seed: int = 0,
    epochs: int = 0,
    resume: bool = False,
    progress: Progress = silent,
) -> dict[str, dict[str, Any]]:
    """Fit forecasters to the interest vectors of a ranker that is ready, and keep them.

    Args:
        data_name: built-in dataset, or the path of one's own.
        methods: which of `FORECASTERS`.
        workspace: where they are kept.
        ranker: whose vectors; the dataset's best if left out.
        seed: of everything random.
        epochs: at most so many; 0 for the usual number.
        resume: go on from where an interrupted run stopped.
        progress: told the loss and how far it is.

    Returns:
        How each was made, by name.

    Raises:
        UnknownNameError: no such forecaster or ranker.
        ConfigError: the ranker has no interest vectors.
        DataError: too few people with a history over several days.
    """
    for method in methods:
        if method not in FORECASTERS:
            raise UnknownNameError("forecaster", method, FORECASTERS)
    state = open_state(data_name, workspace, progress=progress)
    config = FitConfig()
    if epochs:
        config = replace(config, trainer=replace(config.trainer, epochs=epochs))
    config = config.with_seed(seed)
    fitted = fit_in(state, ranker, methods, config, resume=resume, progress=progress)
    return {name: dict(each.facts) for name, each in fitted.items()}


def fit_in(
    state: State,
    ranker: str,
    methods: Sequence[str],
    config: FitConfig,
    *,
    max_people: int = MAX_PEOPLE,
    resume: bool = False,
    progress: Progress = silent,
) -> dict[str, Fitted]:
    """Fit, calibrate and keep forecasters of a ranker in a loaded engine."""
    name = state.ready(ranker)
    model, dataset = state.interest_model(name), state.dataset
    people = people_with_time(dataset, max_people)
    sequences = interest_sequences(model, state.reader, people, progress)
    cut = float(np.quantile(dataset.log.times, 1 - VALIDATED))
    end = float(dataset.log.times.max()) + 1
    task = ForecastTask(sequences, cut, end, config.trainer.seed)
    views = views_in(state, name)
    runs = state.workspace.folder("training") / f"{safe_name(dataset.name)}-{name}-forecasters"
    decisive = [dataset.fingerprint, weights_digest(model), len(people), asdict(config)]
    folder = run_folder(runs, decisive, progress if resume else silent)
    ready = {}
    for method in methods:
        forecaster, record = fit(method, task, folder, config, resume=resume, progress=progress)
        facts = {
            "ranker": name,
            "ranker_sample": vector_sample(model),
            "data_fingerprint": dataset.fingerprint,
            "people": len(people),
            "calibrated_on": task.validation_answers(),
            "seed": config.trainer.seed,
            "epochs": record.best_epoch if record else 0,
            "scores": record.scores if record else [],
            "seconds": round(record.seconds, 1) if record else 0.0,
            **circumstances(),
        }
        ready[method] = Fitted(forecaster, calibrated(forecaster, task, views), facts)
        save_fitted(own_file(state, name, method), ready[method])
    return ready


def own_file(state: State, ranker: str, method: str) -> Path:
    """Where a forecaster of one's own is kept."""
    stem = f"{safe_name(state.dataset.name)}-{ranker}-{method}"
    return state.workspace.folder("forecasters") / f"{stem}.safetensors"


def fitted_file(state: State, ranker: str, method: str) -> Path | None:
    """One's own if there is one, else the one that comes along; None without either."""
    name = own_file(state, ranker, method).name
    return kept_file("forecasters", name, state.workspace)


def read_fitted(state: State, ranker: str, method: str) -> Fitted | None:
    """A forecaster of the ranker as it is now; None if nobody fitted one, or it is outdated."""
    path = fitted_file(state, ranker, method)
    if path is None:
        return None
    try:
        fitted = load_fitted(path)
    except StorageError:
        return None
    model = state.interest_model(ranker)
    same_width = fitted.facts.get("dim") == model.item_vectors().shape[1]
    return fitted if same_width and _same_ranker(fitted, model) else None
