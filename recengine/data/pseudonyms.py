"""Names for a demo: "Person 0421" instead of the ids of the data, everywhere at once.

Ids are replaced when the data is loaded, so no page, command or address can show a real one. The
names come from a secret of the workspace: the same tomorrow, others elsewhere, and no way back.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import replace

from recengine.data.dataset import Dataset
from recengine.data.workspace import Workspace, write_atomic
from recengine.types import FRIEND_ID, USER_ID

VARIABLE = "RECENGINE_PSEUDONYMS"  # set to 1 for a demo
_OFF = ("", "0", "false", "no", "off")
_ROOM = 50  # possible numbers per person, so that hardly two share one


def wanted() -> bool:
    """Whether this process is to show pseudonyms."""
    return os.environ.get(VARIABLE, "").strip().lower() not in _OFF


def names_of(dataset: Dataset, workspace: Workspace, also: Iterable[str] = ()) -> dict[str, str]:
    """The pseudonym of everybody by id, and of those who were taken out but are meant `also`."""
    key = _secret(workspace)
    ids = sorted({*map(str, dataset.user_ids), *also})
    digits = max(4, len(str(_ROOM * len(ids))))
    names: dict[str, str] = {}
    taken: dict[str, int] = {}
    for user_id in ids:
        digest = hmac.new(key, f"{dataset.name}:{user_id}".encode(), hashlib.sha256).hexdigest()
        name = f"Person {int(digest, 16) % 10**digits:0{digits}d}"
        taken[name] = taken.get(name, 0) + 1
        names[user_id] = name if taken[name] == 1 else f"{name}-{taken[name]}"
    return names


def in_use(workspace: Workspace) -> bool:
    """Whether the workspace has ever shown pseudonyms, so that files may hold them."""
    return (workspace.path / "pseudonyms" / "secret").is_file()


def with_pseudonyms(dataset: Dataset, workspace: Workspace) -> Dataset:
    """The same data about people with other names."""
    names = names_of(dataset, workspace)
    friends = dataset.friends
    if friends is not None:
        friends = friends.assign(
            **{column: friends[column].astype(str).map(names) for column in (USER_ID, FRIEND_ID)}
        )
    renamed = replace(
        dataset,
        interactions=dataset.interactions.assign(
            **{USER_ID: dataset.interactions[USER_ID].astype(str).map(names)}
        ),
        users=dataset.users.assign(**{USER_ID: dataset.users[USER_ID].astype(str).map(names)}),
        friends=friends,
        pseudonymous=True,
    )
    # maps, vectors and measured results are those of the same data
    renamed.__dict__["fingerprint"] = dataset.fingerprint
    return renamed


def _secret(workspace: Workspace) -> bytes:
    path = workspace.folder("pseudonyms") / "secret"
    with workspace.lock("pseudonyms"):
        if not path.is_file():
            with write_atomic(path) as temporary:
                temporary.write_text(secrets.token_hex(32), "utf-8")
        return path.read_text("utf-8").encode()
