"""How did one person's taste move?

Axes: step = events of the history, oldest first; dim = model width.
"""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float32

from recengine.engine.results import Timeline
from recengine.engine.state import State
from recengine.interests.bulk import date_report
from recengine.interests.drift import TurningPoint, cosine_drift, turning_points
from recengine.interests.shares import category_shares, complete_categories
from recengine.types import CATEGORIES, ITEM_ID, TITLE, Request

WINDOW = 200  # events a window of the model holds
STRIDE = 100  # every interest vector has seen at least this many events before it, if there are


def timeline(state: State, request: Request) -> Timeline:
    """Category shares of the interest vector after every event, its path and its turns."""
    interest = interest_path(state, request.user_id, request.ranker)
    interest = after_feedback(state, request, interest)
    events = _events(state, request.user_id)
    events["drift"] = cosine_drift(interest)
    values, names = shares_of(state, request.ranker, interest)
    turns = turning_points(values)
    shares = pd.DataFrame(values.astype(float), columns=list(names))
    shares.insert(0, "step", np.arange(1, len(shares) + 1))
    path = state.places[state.ranker(request.ranker).name].path(interest)
    path.insert(1, "timestamp", events["timestamp"])
    bulk = date_report(events["timestamp"].to_numpy()).bulk
    return Timeline(
        user_id=request.user_id,
        events=events,
        shares=shares,
        path=path,
        turning_points=_turn_table(turns, names, events),
        bulk_dates=bulk,
        sentence=_sentence(values, names, turns, events, bulk),
    )


@torch.inference_mode()
def interest_path(state: State, user_id: str, ranker: str) -> Float32[np.ndarray, "step dim"]:
    """Interest vector after every event, the moment unknown; long histories in overlapping windows.

    Raises:
        ConfigError: the ranker has no interest vectors.
    """
    model = state.unified(ranker)
    user = state.dataset.user_index(user_id)
    span = state.dataset.log.span(user)
    length = span.stop - span.start
    items = model.item_vectors()
    window = min(WINDOW, model.config.max_length)
    ends = np.array([*range(min(window, length), length, STRIDE), length])
    starts = np.maximum(ends - window, 0)
    users = np.full(len(ends), user)
    histories = state.reader.read(users, span.start + starts, span.start + ends, max_length=window)
    hidden = model.hidden(items, histories)
    unknown = torch.zeros(*hidden.shape[:2], histories.request.shape[1], dtype=torch.long)
    vectors = model.interest(hidden, unknown).numpy()
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
    model = state.unified(ranker)
    complete, names = complete_categories(state.dataset.category_shares, state.dataset.categories)
    with torch.inference_mode():
        items = model.item_vectors()[1:].numpy()
    return category_shares(interest, items, model.bias[1:].numpy(), complete), names


def _events(state: State, user_id: str) -> pd.DataFrame:
    log, dataset = state.dataset.log, state.dataset
    span = log.span(dataset.user_index(user_id))
    rows = state.catalogue.iloc[log.items[span] - 1].reset_index(drop=True)
    first = [names[0] if names else "other" for names in rows[CATEGORIES]]
    kinds = np.array(dataset.event_kinds, dtype=object)
    return pd.DataFrame(
        {
            "step": np.arange(1, len(rows) + 1),
            ITEM_ID: rows[ITEM_ID],
            TITLE: rows[TITLE],
            "timestamp": log.times[span],
            "event": kinds[log.events[span]],
            "value": log.values[span].astype(float),
            "category": first,
        }
    )


def _turn_table(
    turns: tuple[TurningPoint, ...], names: tuple[str, ...], events: pd.DataFrame
) -> pd.DataFrame:
    rows = [
        {
            "step": turn.step,
            "timestamp": int(events["timestamp"].iat[turn.step - 1]),
            "from_category": names[turn.lost],
            "to_category": names[turn.gained],
            "size": turn.size,
            "title": events[TITLE].iat[turn.cause_step - 1],
            "cause_item_id": events[ITEM_ID].iat[turn.cause_step - 1],
        }
        for turn in turns
    ]
    columns = ["step", "timestamp", "from_category", "to_category", "size", "title"]
    return pd.DataFrame(rows, columns=[*columns, "cause_item_id"])


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
