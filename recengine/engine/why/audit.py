"""From one to many: what drives a ranker for a fair sample of people, and whose reasons are odd.

Looked at once per ranker and sample, then kept: audits/<dataset>-<ranker>-<fingerprint>.json
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int

from recengine import __version__
from recengine.data.progress import Progress, silent
from recengine.data.workspace import read_json, write_json
from recengine.engine.assets import safe_name
from recengine.engine.scoring import Answer
from recengine.engine.state import State
from recengine.engine.why.audit_results import OLD_EVENT, POPULARITY, PROFILE, Audit
from recengine.engine.why.audit_tables import tables_of
from recengine.engine.why.trust import identity_of
from recengine.errors import ConfigError, StorageError
from recengine.explanations.audit import KINDS, Grounds, grounds_of
from recengine.explanations.exact import EXACT
from recengine.types import Request

OLD_BACK = 20  # events: further back is old
POPULAR_SHARE = 0.5  # of what speaks for the item
_NO_EVENT: dict[str, Any] = {
    "event": "",
    "event_id": "",
    "event_share": 0.0,
    "event_back": 0,
    "event_decides": False,
}
_FORM = "3"  # of the kept files: raised when what is counted changes


def audit(state: State, ranker: str, people: int, seed: int, progress: Progress = silent) -> Audit:
    """Explain the first item of everybody in a sample and count what it rests on.

    Raises:
        UnknownNameError: no such ranker is ready.
        ConfigError: fewer than one person, or nobody has events.
    """
    if people < 1:
        raise ConfigError(f"people={people} must be 1 or more: how many lists are looked at.")
    name = state.ready(ranker)
    having = np.flatnonzero(state.dataset.log.lengths > 0)
    if not len(having):
        raise ConfigError("Nobody has any events yet, so there are no lists to look at.")
    drawn = np.random.default_rng(seed).permutation(having)[:people]
    path = _path(state, name, drawn)
    cases = _kept(path)
    if cases is None:
        cases = []
        for number, user in enumerate(drawn.tolist()):
            cases.append(_case(state, name, user))
            progress("Looking at what lists rest on", number + 1, len(drawn))
        write_json(path, cases)
    command = (
        f"recengine audit {state.dataset.name} --ranker {name} --people {people} --seed {seed}"
    )
    splits = EXACT.applies(state.ranker(name))
    return tables_of(state, name, pd.DataFrame(cases), len(having), splits, command)


def _case(state: State, ranker: str, user: int) -> dict[str, Any]:
    """What the first item of one person's list rests on, in the moment of their last event."""
    dataset = state.dataset
    span = dataset.log.span(user)
    context = dict(dataset.context_of(span.stop - 1))
    user_id = str(dataset.user_ids[user])
    answer = state.answer(Request(user_id=user_id, context=context, ranker=ranker))
    if not len(answer.order):  # has seen the whole catalogue
        return _nothing(user_id, context)
    item = int(answer.order[0])
    found = grounds_of(answer.parts, item, answer.candidates)
    length = int(answer.history.lengths[0])
    fields = [dataset.profile_features[index].label for index in found.decisive_profile]
    moments = [dataset.context_features[index].label for index in found.decisive_context]
    driving, base = _categories(state, answer, found, length)
    return {
        "user_id": user_id,
        "context": context,
        "item_id": str(dataset.item_ids[item - 1]),
        "title": state.title(item),
        **{f"share_{kind}": round(found.kinds[kind], 6) for kind in KINDS},
        **_strongest(state, answer, found),
        "decisive": sorted(found.decisive),
        "profile_fields": fields,
        "context_fields": moments,
        "field_shares": _field_shares(state, answer, found),
        "driving": driving,
        "base": base,
        "odd": _odd(found, length),
    }


def _strongest(state: State, answer: Answer, found: Grounds) -> dict[str, Any]:
    """The event that says most for the item."""
    place = found.strongest_event
    if place < 0:
        return _NO_EVENT
    index = int(answer.history.items[0, place])
    return {
        "event": state.title(index),
        "event_id": str(state.dataset.item_ids[index - 1]),
        "event_share": round(float(found.events[place]), 6),
        "event_back": int(answer.history.lengths[0]) - place,
        "event_decides": found.decisive_event,
    }


def _odd(found: Grounds, length: int) -> list[str]:
    """Why a person's first item is odd; mostly empty."""
    place = found.strongest_event
    rules = {
        OLD_EVENT: found.decisive_event and length - place > OLD_BACK,
        POPULARITY: found.kinds["popularity"] >= POPULAR_SHARE,
        PROFILE: "profile" in found.decisive or bool(found.decisive_profile),
    }
    return [name for name, holds in rules.items() if holds]


def _field_shares(state: State, answer: Answer, found: Grounds) -> list[list[Any]]:
    """kind, feature, value and share of every known feature."""
    rows: list[list[Any]] = []
    for kind, features, codes, shares in (
        ("context", state.dataset.context_features, answer.history.request[0], found.context),
        ("profile", state.dataset.profile_features, answer.history.profile[0], found.profile),
    ):
        for index, feature in enumerate(features):
            if code := int(codes[index]):
                share = round(float(shares[index]), 6)
                rows.append([kind, feature.label, feature.value(code), share])
    return rows


def _categories(
    state: State, answer: Answer, found: Grounds, length: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Categories of the events by how much they say for the item, and of all events alike."""
    items = answer.history.items[0, :length].numpy()
    shares = state.dataset.category_shares[items - 1]
    weights = found.events[:length].numpy()
    whole = float(weights.sum())
    driving = (weights / whole) @ shares if whole > 0 else np.zeros(shares.shape[1])
    names = state.dataset.categories
    return _named(names, driving), _named(names, shares.mean(axis=0))


def _named(names: tuple[str, ...], shares: np.ndarray) -> dict[str, float]:
    return {
        name: round(float(share), 5) for name, share in zip(names, shares, strict=True) if share
    }


def _nothing(user_id: str, context: dict[str, str]) -> dict[str, Any]:
    texts = dict.fromkeys(("item_id", "title"), "")
    numbers = dict.fromkeys((f"share_{kind}" for kind in KINDS), 0.0)
    lists: dict[str, Any] = {
        name: [] for name in ("decisive", "profile_fields", "context_fields", "field_shares", "odd")
    }
    whole = {"user_id": user_id, "context": context, "driving": {}, "base": {}, **_NO_EVENT}
    return {**whole, **texts, **numbers, **lists}


def _path(state: State, ranker: str, users: Int[np.ndarray, "people"]) -> Path:
    digest = hashlib.sha256(f"{_FORM}|{__version__}|{state.dataset.fingerprint}".encode())
    digest.update(users.astype(np.int64).tobytes())
    digest.update(identity_of(state.ranker(ranker)).encode())
    folder = state.workspace.folder("audits")
    return folder / f"{safe_name(state.dataset.name)}-{ranker}-{digest.hexdigest()[:16]}.json"


def _kept(path: Path) -> list[dict[str, Any]] | None:
    """What was found before; None if nobody looked, or the file is damaged."""
    if not path.is_file():
        return None
    try:
        kept = read_json(path)
    except StorageError:
        return None
    return kept if isinstance(kept, list) and kept else None
