"""How did one person's taste move?

Axes: step = events of the history, oldest first; dim = model width.
"""

import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float32, Int

from recengine.data.merging import SOURCE
from recengine.engine.results import Timeline
from recengine.engine.state import State
from recengine.interests.bulk import date_report
from recengine.interests.dates import date_remarks
from recengine.interests.drift import cosine_drift
from recengine.interests.shares import category_shares
from recengine.interests.turns import FEW_EVENTS, MIN_EVENTS, TurningPoint, turning_points
from recengine.interests.usual import UsualTaste
from recengine.models.base import InterestModel
from recengine.types import CATEGORIES, ITEM_ID, TITLE, Request

WINDOW = 200  # events a window of the model holds
TURN_COLUMNS = [
    "step", "timestamp", "from_category", "to_category", "size", "title", "cause_item_id",
    "first_step", "last_step", "certainty", "cause_steps", "cause_titles",
]  # fmt: skip
STRIDE = 100  # every interest vector has seen at least this many events before it, if there are


def timeline(state: State, request: Request) -> Timeline:
    """Category shares of the interest vector after every event, its path and its turns."""
    state = state.edited(request)
    interest = interest_path(state, request.user_id, request.ranker)
    interest = after_feedback(state, request, interest)
    events = events_of(state, request.user_id)
    events["drift"] = cosine_drift(interest)
    values, names = shares_of(state, request.ranker, interest)
    turns = turns_of(state, request.user_id)
    shares = pd.DataFrame(values.astype(float), columns=list(names))
    shares.insert(0, "step", np.arange(1, len(shares) + 1))
    path = _path(state, request.ranker, interest)
    path.insert(1, "timestamp", events["timestamp"].iloc[: len(path)])
    bulk = date_report(events["timestamp"].to_numpy()).bulk
    return Timeline(
        user_id=request.user_id,
        events=events,
        shares=shares,
        path=path,
        turning_points=turn_table(turns, names, events),
        bulk_dates=bulk,
        sentence=_sentence(values, names, turns, events, bulk),
        turns_note=turns_note(len(events), len(turns)),
        date_remarks=date_remarks(events["timestamp"].to_numpy(), time.time()),
    )


def interest_path(state: State, user_id: str, ranker: str) -> Float32[np.ndarray, "step dim"]:
    """Interest vector after every event, the moment unknown; long histories in overlapping windows.

    The array is kept and shared: do not write to it.

    Raises:
        ConfigError: the ranker has no interest vectors.
    """
    model = state.interest_model(ranker)
    user = state.dataset.user_index(user_id)
    return state.once(("path", user, model), lambda: _walked(state, user, model))


@torch.inference_mode()
def _walked(state: State, user: int, model: InterestModel) -> Float32[np.ndarray, "step dim"]:
    span = state.dataset.log.span(user)
    length = span.stop - span.start
    window = min(WINDOW, model.events_read)
    stride = min(STRIDE, max(1, window // 2))
    ends = np.array([*range(min(window, length), length, stride), length])
    starts = np.maximum(ends - window, 0)
    users = np.full(len(ends), user)
    histories = state.reader.read(users, span.start + starts, span.start + ends, max_length=window)
    vectors = model.interests(histories).numpy()
    path = np.empty((length, vectors.shape[2]), dtype=np.float32)
    done = 0
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        path[done:end] = vectors[row, done - start : end - start]
        done = end
    return path


def after_feedback(
    state: State, request: Request, interest: Float32[np.ndarray, "step dim"]
) -> Float32[np.ndarray, "step dim"]:
    """The same path, its last vector moved by what was said in this session; the past stays."""
    if not request.feedback or not len(interest):
        return interest
    shifts = state.answer(request).learnt.shifts
    if shifts is None:
        return interest
    moved = interest.copy()
    moved[-1] += shifts.sum(dim=0).numpy()
    return moved


def shares_of(
    state: State, ranker: str, interest: Float32[np.ndarray, "step dim"]
) -> tuple[Float32[np.ndarray, "step category"], tuple[str, ...]]:
    """Category shares of interest vectors, and the categories' names."""
    complete, names = state.interest_columns
    return shares_in(state, ranker, interest, complete), names


def shares_in(
    state: State,
    ranker: str,
    interest: Float32[np.ndarray, "step dim"],
    item_groups: Float32[np.ndarray, "item group"],
) -> Float32[np.ndarray, "step group"]:
    """Shares of interest vectors over any groups of items."""
    model = state.interest_model(ranker)
    with torch.inference_mode():
        items, bias = model.item_vectors()[1:].numpy(), model.item_bias()[1:].numpy()
    return category_shares(interest, items, bias, item_groups)


def turns_of(state: State, user_id: str) -> tuple[TurningPoint, ...]:
    """Where a person's choices turned: a fact of the log, the same for every ranker."""
    return turns_in(state, user_id, state.interest_columns[0], state.usual)


def turns_in(
    state: State, user_id: str, item_groups: Float32[np.ndarray, "item group"], usual: UsualTaste
) -> tuple[TurningPoint, ...]:
    """Where a person's choices turned from one group of items to another."""
    log = state.dataset.log
    span = log.span(state.dataset.user_index(user_id))
    return turning_points(item_groups[log.items[span] - 1], log.contexts[span], usual)


def _path(state: State, ranker: str, interest: Float32[np.ndarray, "step dim"]) -> pd.DataFrame:
    """Place of each vector on the ranker's own map, or on another's; empty if there is no map."""
    name = state.ready(ranker)
    own = name if name in state.places else next(iter(state.places), None)
    if own is None:
        return pd.DataFrame({"step": [], "x": [], "y": []})
    with torch.inference_mode():
        items = state.interest_model(name).item_vectors()[1:].numpy()
    return state.places[own].path(interest, items)


def events_of(state: State, user_id: str) -> pd.DataFrame:
    """step, item_id, title, timestamp, event, value, category, number; oldest first.

    And source, where events of several platforms were merged.
    """
    log, dataset = state.dataset.log, state.dataset
    span = log.span(dataset.user_index(user_id))
    rows = state.catalogue.iloc[log.items[span] - 1].reset_index(drop=True)
    first = [names[0] if names else "other" for names in rows[CATEGORIES]]
    kinds = np.array(dataset.event_kinds, dtype=object)
    events = pd.DataFrame(
        {
            "step": np.arange(1, len(rows) + 1),
            ITEM_ID: rows[ITEM_ID],
            TITLE: rows[TITLE],
            "timestamp": log.times[span],
            "event": kinds[log.events[span]],
            "value": log.values[span].astype(float),
            "category": first,
            "number": _numbers(state, user_id),
        }
    )
    names = [feature.name for feature in dataset.context_features]
    if SOURCE in names:
        feature = dataset.context_features[names.index(SOURCE)]
        codes = log.contexts[span, names.index(SOURCE)]
        events[SOURCE] = [feature.value(int(code)) for code in codes]
    return events


def _numbers(state: State, user_id: str) -> Int[np.ndarray, " step"]:
    """Number of each event in the person's whole history, those left out included."""
    user = state.dataset.user_index(user_id)
    rows = state.dataset.log.rows[state.dataset.log.span(user)]
    whole = (state.original or state).dataset.log
    return 1 + np.flatnonzero(np.isin(whole.rows[whole.span(user)], rows))


def turn_table(
    turns: tuple[TurningPoint, ...], names: tuple[str, ...], events: pd.DataFrame
) -> pd.DataFrame:
    """Turning points in words; `TURN_COLUMNS`."""
    rows = [
        {
            "step": turn.step,
            "timestamp": int(events["timestamp"].iat[turn.step - 1]),
            "from_category": names[turn.lost],
            "to_category": names[turn.gained],
            "size": turn.size,
            "title": events[TITLE].iat[turn.causes[0] - 1],
            "cause_item_id": events[ITEM_ID].iat[turn.causes[0] - 1],
            "first_step": turn.first,
            "last_step": turn.last,
            "certainty": turn.certainty,
            "cause_steps": list(turn.causes),
            "cause_titles": [events[TITLE].iat[cause - 1] for cause in turn.causes],
        }
        for turn in turns
    ]
    return pd.DataFrame(rows, columns=TURN_COLUMNS)


def turns_note(num_events: int, num_turns: int) -> str:
    """What the number of turning points is worth."""
    if num_turns:
        return ""
    if num_events < MIN_EVENTS:
        return f"Too few to tell: a turn cannot be told from chance in under {MIN_EVENTS} events."
    if num_events < FEW_EVENTS:
        return (
            f"No turn is certain, and in {num_events} events only the clearest could be told "
            f"from chance."
        )
    return "No turn that chance does not explain."


def _sentence(
    shares: np.ndarray,
    names: tuple[str, ...],
    turns: tuple[TurningPoint, ...],
    events: pd.DataFrame,
    bulk: bool,
) -> str:
    if len(shares) == 0:
        return "This person has not done anything yet, so there is no taste to follow."
    edge = max(1, len(shares) // 5)
    early, late = shares[:edge].mean(axis=0), shares[-edge:].mean(axis=0)
    change = late - early
    now = shares[-1]
    leads = f"{names[int(now.argmax())]} leads with {now.max():.0%}"
    if turns:
        turn = max(turns, key=lambda each: each.size)
        date = datetime.fromtimestamp(int(events["timestamp"].iat[turn.step - 1]), UTC)
        when = f"at event {turn.step:,}" if bulk else f"in {date:%B %Y}"
        return (
            f"The taste turned {when}, from {names[turn.lost]} to {names[turn.gained]}; "
            f"today {leads}."
        )
    if np.abs(change).max() < 0.05:
        return f"A steady taste: {leads}, much as at the beginning."
    gained, lost = names[int(change.argmax())], names[int(change.argmin())]
    return (
        f"The taste drifted from {lost} ({early[change.argmin()]:.0%} to "
        f"{late[change.argmin()]:.0%}) towards {gained} ({early[change.argmax()]:.0%} to "
        f"{late[change.argmax()]:.0%})."
    )
