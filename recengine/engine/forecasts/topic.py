"""Where does one person's taste go next, and what would they see then?

Axes: sample, horizon, category, level = 50, 80, 95 %.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from recengine.engine.forecasts.coverage import coverage_sentence, coverage_table, nearest_measured
from recengine.engine.forecasts.forecasters import Views, fit_in, fitted_file, read_fitted, views_in
from recengine.engine.forecasts.measured import ForecastBoard, read_board
from recengine.engine.forecasts.results import (
    ITEM_COLUMNS,
    METHOD_COLUMNS,
    PATH_COLUMNS,
    SHARE_COLUMNS,
    FutureTaste,
)
from recengine.engine.forecasts.sentences import days_doubt, taste_sentence
from recengine.engine.state import State
from recengine.engine.timelines import interest_path
from recengine.errors import ConfigError, UnknownNameError
from recengine.interests.forecasting import FORECASTERS
from recengine.interests.forecasting.base import MAX_AHEAD, UNITS, Forecast, Horizons, Past, Unit
from recengine.interests.forecasting.calibrating import (
    LEVELS,
    at_horizons,
    raw_radii,
    widened,
)
from recengine.interests.forecasting.fitting import FitConfig
from recengine.interests.forecasting.persistence import Persistence
from recengine.interests.forecasting.sequences import InterestSequences, Questions
from recengine.interests.forecasting.store import Fitted
from recengine.models.base import InterestModel
from recengine.types import Request

POINTS = 8  # horizons of a fan at most
DRAWS = 120
QUICK_PEOPLE = 150  # whose errors give a baseline its intervals while somebody waits
UNCALIBRATED = torch.ones(2, len(LEVELS))


class Future:
    """Forecasts of interests; kept apart from the engine's other questions."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._opened: dict[tuple[str, str], tuple[tuple[object, ...], Fitted | None]] = {}

    def methods(self, ranker: str = "", unit: str = "events") -> pd.DataFrame:
        """Every forecaster with its measured skill; columns as in `FutureTaste.methods`.

        Raises:
            ConfigError: unknown unit, or the ranker has no interest vectors.
        """
        checked = _unit(unit)
        name = self._state.interest_model(ranker).name
        board = self._board(name)
        rows = []
        for method, kind in FORECASTERS.items():
            skill = board.skill(method, checked) if board else None
            measured = skill or {"skill": np.nan, "low": np.nan, "high": np.nan}
            asked = board.facts["questions"][checked] if board and skill else 0
            rows.append(
                {
                    "method": method,
                    "label": kind.label,
                    "learned": kind.learned,
                    "fitted": not kind.learned or self._fitted(name, method) is not None,
                    "trusted": bool(board and board.trusts(method, checked)),
                    **{column: float(measured[column]) for column in ("skill", "low", "high")},
                    "measured_on": f"{asked:,} moments of {measured['people']:,} people"
                    if skill
                    else "",
                }
            )
        return pd.DataFrame(rows, columns=METHOD_COLUMNS)

    def taste(
        self, request: Request, ahead: int = 10, unit: str = "events", method: str = ""
    ) -> FutureTaste:
        """What this person will like, how sure that is, and what they would see then.

        Args:
            request: who, in which moment, how many items, by which ranker.
            ahead: how far, 1 to 30.
            unit: "events" or "days".
            method: a forecaster; "" for the best one that was measured to beat persistence, or
                persistence itself. In days nothing is trusted for somebody who acted on too few.

        Raises:
            UnknownNameError: unknown person, ranker or forecaster.
            ConfigError: impossible horizon, the ranker has no interest vectors, or the forecaster
                waits to be trained.
            DataError: the log is too small for any forecast.
        """
        horizons = _horizons(ahead, unit)
        model = self._state.interest_model(request.ranker)
        request = replace(request, ranker=model.name)
        doubt = days_doubt(self._times(request)) if horizons.unit == "days" else ""
        methods = self.methods(model.name, unit)
        if doubt:
            methods["trusted"] = False
            method = method or Persistence.name
        method = method or self._best(model.name, horizons.unit, methods)
        fitted = self._ready(model.name, method)
        own = methods.set_index("method").loc[method]
        coverage = self._coverage(model.name, method, horizons.unit)
        answer = FutureTaste(
            request=request,
            method=method,
            label=str(own["label"]),
            unit=horizons.unit,
            ahead=horizons.ahead,
            shares=pd.DataFrame(columns=SHARE_COLUMNS),
            path=pd.DataFrame(columns=PATH_COLUMNS),
            items=pd.DataFrame(columns=ITEM_COLUMNS),
            methods=methods,
            trusted=bool(own["trusted"]),
            sentence="This person has not done anything yet, so there is no taste to foretell.",
            coverage=coverage,
            coverage_sentence=coverage_sentence(coverage, horizons, fitted.facts),
            doubt=doubt,
            measured_at=nearest_measured(coverage, ahead),
        )
        past = self._past(request)
        if past is None:
            return answer
        found = fitted.forecaster.forecast(past, horizons, num_samples=DRAWS)
        views = views_in(self._state, model.name)
        shares = _share_table(found, views, fitted, horizons)
        now = dict(zip(views.categories, views.shares(past.last)[0].tolist(), strict=True))
        return replace(
            answer,
            shares=shares,
            path=_path_table(found, views, fitted, horizons),
            items=self._items(request, model, found.mean[:, -1]),
            sentence=taste_sentence(shares, now, answer),
        )

    def _board(self, ranker: str) -> ForecastBoard | None:
        dataset = self._state.dataset
        board = read_board(dataset.name, self._state.workspace, dataset.fingerprint)
        return board if board is not None and board.facts["ranker"] == ranker else None

    def _coverage(self, ranker: str, method: str, unit: Unit) -> pd.DataFrame:
        """What was measured about the intervals of one forecaster in one unit."""
        table = coverage_table(self._board(ranker))
        mine = (table["method"] == method) & (table["unit"] == unit)
        return table[mine].reset_index(drop=True)

    def _best(self, ranker: str, unit: Unit, methods: pd.DataFrame) -> str:
        board = self._board(ranker)
        ready = tuple(methods.loc[methods["fitted"], "method"])
        return board.best_trusted(unit, ready) if board else Persistence.name

    def _fitted(self, ranker: str, method: str) -> Fitted | None:
        """Read once; again when its file or its ranker was made anew."""
        path = fitted_file(self._state, ranker, method)
        made = (path, path.stat().st_mtime_ns if path else 0, self._state.ranker(ranker))
        if self._opened.get((ranker, method), ((),))[0] != made:
            self._opened[ranker, method] = made, read_fitted(self._state, ranker, method)
        return self._opened[ranker, method][1]

    def _ready(self, ranker: str, method: str) -> Fitted:
        """A fitted forecaster; baselines are fitted on the spot, learned ones never."""
        if method not in FORECASTERS:
            raise UnknownNameError("forecaster", method, FORECASTERS)
        fitted = self._fitted(ranker, method)
        if fitted is not None:
            return fitted
        if FORECASTERS[method].learned:
            raise ConfigError(
                f"The forecaster {method!r} has not been trained for the ranker {ranker!r} as it "
                f"is now. Train it: recengine train {self._state.dataset.name} "
                f"--forecaster {method}"
            )
        made = fit_in(self._state, ranker, [method], FitConfig(), max_people=QUICK_PEOPLE)
        return made[method]

    def _times(self, request: Request) -> Int64[np.ndarray, " event"]:
        """When the events were that count, Unix seconds."""
        dataset = self._state.edited(request).dataset
        times: Int64[np.ndarray, " event"] = dataset.log.times[
            dataset.log.span(dataset.user_index(request.user_id))
        ]
        return times

    def _past(self, request: Request) -> Past | None:
        """What counts of a person's past; None without events."""
        state = self._state.edited(request)
        log = state.dataset.log
        span = log.span(state.dataset.user_index(request.user_id))
        if span.stop == span.start:
            return None
        rows = np.arange(span.start, span.stop)
        vectors = interest_path(state, request.user_id, request.ranker)
        offsets = np.array([0, len(rows)])
        own = InterestSequences(offsets, vectors, log.times[rows].astype(np.int64), rows)
        return own.past(Questions(np.array([len(rows) - 1]), own.times[-1:]))

    @torch.inference_mode()
    def _items(
        self, request: Request, model: InterestModel, interest: Float[Tensor, "1 dim"]
    ) -> pd.DataFrame:
        """The list if this were the person's interest, beside today's places."""
        answer = self._state.answer(request)
        scores = model.score_with(interest, answer.history)[0]
        competing = answer.candidates.nonzero()[:, 0]
        order = competing[scores[competing].argsort(descending=True, stable=True)]
        chosen = order[: request.k]
        table = self._state.catalogue.iloc[(chosen - 1).numpy()].reset_index(drop=True)
        table["rank"] = np.arange(1, len(table) + 1)
        best = float(scores[chosen].max()) if len(table) else 0.0
        middle = float(scores[competing].median()) if len(table) else 0.0
        share = (scores[chosen] - middle) / max(best - middle, 1e-9)
        table["share_of_best"] = share.clamp(0, 1).numpy().astype(float)
        table["rank_now"] = answer.ranks[chosen.numpy()]
        return table[ITEM_COLUMNS]


def _unit(unit: str) -> Unit:
    for known in UNITS:
        if unit == known:
            return known
    raise ConfigError(f"unit={unit!r} must be 'events' or 'days'.")


def _horizons(ahead: int, unit: str) -> Horizons:
    """Some steps on the way, the last one as asked."""
    checked = _unit(unit)
    if not 1 <= ahead <= MAX_AHEAD:
        raise ConfigError(f"ahead={ahead} must be a whole number of {unit} from 1 to {MAX_AHEAD}.")
    steps = np.linspace(1, ahead, min(ahead, POINTS)).round().astype(int)
    return Horizons(checked, tuple(int(step) for step in steps))


def _share_table(found: Forecast, views: Views, fitted: Fitted, horizons: Horizons) -> pd.DataFrame:
    samples = views.shares(found.samples)
    factors = fitted.factors.get((horizons.unit, "shares"), UNCALIBRATED)
    intervals = widened(samples, factors, horizons)
    means = samples.mean(dim=1)[0].double()
    means = means / means.sum(dim=1, keepdim=True)
    count = len(views.categories)
    columns = {
        "ahead": np.repeat(horizons.ahead, count),
        "category": np.tile(np.array(views.categories, dtype=object), len(horizons.ahead)),
        "mean": means.flatten().numpy(),
    }
    for place, level in enumerate(LEVELS):
        for side, bound in (("low", intervals.low), ("high", intervals.high)):
            inside = bound[0, :, :, place].clamp(0, 1)
            columns[f"{side}{level * 100:.0f}"] = inside.flatten().double().numpy()
    return pd.DataFrame(columns, columns=SHARE_COLUMNS)


def _path_table(found: Forecast, views: Views, fitted: Fitted, horizons: Horizons) -> pd.DataFrame:
    """Where the mean vector lies on the map, and circles that hold the realised place."""
    if views.places is None:
        return pd.DataFrame(columns=PATH_COLUMNS)
    centre = views.places(found.mean)
    factors = fitted.factors.get((horizons.unit, "places"), UNCALIBRATED)
    radii = raw_radii(views.places(found.samples), centre)[0] * at_horizons(factors, horizons)
    table = pd.DataFrame({"ahead": horizons.ahead})
    table[["x", "y"]] = centre[0].double().numpy()
    table[["radius50", "radius80", "radius95"]] = radii.double().numpy()
    return table
