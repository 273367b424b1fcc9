"""Who is this person, what have they done, and who is worth meeting?"""

from dataclasses import asdict

import numpy as np
import pandas as pd

from recengine import __version__
from recengine.data.workspace import read_json, write_json
from recengine.engine.assets import safe_name
from recengine.engine.results import Person, Story
from recengine.engine.state import State
from recengine.engine.timelines import interest_path, shares_of
from recengine.errors import StorageError
from recengine.interests.bulk import date_report
from recengine.interests.stories import find_stories
from recengine.models.base import InterestModel

RECENT_EVENTS = 20  # events that stand for today's interests where there is no interest vector
NUM_INTERESTS = 3


def person(state: State, user_id: str, ranker: str) -> Person:
    """Profile, span and present interests."""
    dataset = state.dataset
    user = dataset.user_index(user_id)
    times = dataset.log.times[dataset.log.span(user)]
    codes = zip(dataset.profile_features, dataset.profiles[user], strict=True)
    return Person(
        user_id=user_id,
        profile={f.label: f.value(int(code)) for f, code in codes if code},
        num_events=len(times),
        first_time=int(times[0]) if len(times) else None,
        last_time=int(times[-1]) if len(times) else None,
        interests=interests(state, user_id, ranker) if len(times) else {},
        bulk_dates=date_report(times).bulk,
    )


def history(state: State, user_id: str) -> pd.DataFrame:
    """step, item_id, title, year, categories, timestamp, event, value; oldest first."""
    dataset, log = state.dataset, state.dataset.log
    span = log.span(dataset.user_index(user_id))
    table = state.catalogue.iloc[log.items[span] - 1].reset_index(drop=True)
    table.insert(0, "step", np.arange(1, len(table) + 1))
    kinds = np.array(dataset.event_kinds, dtype=object)
    return table.assign(
        timestamp=log.times[span], event=kinds[log.events[span]], value=log.values[span]
    )


def counts(state: State) -> dict[str, int | float]:
    """Counts and spans of the log: of events, people, items and time."""
    log = state.dataset.log
    active = int((log.lengths > 0).sum())
    return {
        "events": len(log.items),
        "people": active,
        "items": state.dataset.num_items,
        "first_time": int(log.times.min()),
        "last_time": int(log.times.max()),
        "events_per_person": len(log.items) / max(1, active),
    }


def random_user(state: State, seed: int) -> str:
    """Somebody with a history; the same for the same seed."""
    active = np.flatnonzero(state.dataset.log.lengths > 0)
    return str(state.dataset.user_ids[np.random.default_rng(seed).choice(active)])


def stories(state: State) -> tuple[Story, ...]:
    """People worth meeting, found from the data once and kept."""
    called = "-pseudonyms" if state.dataset.pseudonymous else ""
    stem = f"{safe_name(state.dataset.name)}-{state.dataset.fingerprint}{called}"
    name = f"{stem}-{__version__}.json"
    path = state.workspace.folder("stories") / name
    try:
        return tuple(Story(**kept) for kept in read_json(path))
    except (StorageError, TypeError):  # not there yet, or damaged
        found = tuple(
            Story(each.kind, each.title, each.user_id, each.context)
            for each in find_stories(state.dataset)
        )
        write_json(path, [asdict(story) for story in found])
        return found


def interests(
    state: State, user_id: str, ranker: str, most: int = NUM_INTERESTS
) -> dict[str, float]:
    """Strongest categories: of the interest vector, or of the last events where there is none."""
    if isinstance(state.ranker(ranker), InterestModel):
        recent = interest_path(state, user_id, ranker)[-1:]
        shares, names = shares_of(state, ranker, recent)
    else:
        log = state.dataset.log
        items = log.items[log.span(state.dataset.user_index(user_id))][-RECENT_EVENTS:]
        complete, names = state.interest_columns
        shares = complete[items - 1].mean(axis=0, keepdims=True)
    order = shares[0].argsort()[::-1][:most]
    return {names[place]: float(shares[0, place]) for place in order}
