"""The small engine's answers about what counts; muting a category takes its films off the list."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recengine.data.progress import Progress, silent
from recengine.engine.privacy.erasing import Erasure
from recengine.engine.results import ListChange
from recengine.types import Request


@dataclass
class FakeControl:
    """What is known of a person."""

    engine: Any

    def events(self, request: Request) -> pd.DataFrame:
        table = self.engine.history(request.user_id).rename(columns={"step": "number"})
        off = table["number"].isin(request.without)
        muted = [next((n for n in request.muted if n in own), "") for own in table["categories"]]
        because = np.where(off, "event", muted)
        return table.assign(counts=~off & (np.array(muted, dtype=object) == ""), because=because)

    def interests(self, request: Request) -> pd.DataFrame:
        names = self.engine.dataset.categories
        shares = np.linspace(0.4, 0.1, len(names))
        muted = [name in request.muted for name in names]
        return pd.DataFrame({"interest": names, "share": shares, "events": 12, "muted": muted})

    def export(self, user_id: str) -> bytes:
        return f"everything about {user_id}".encode()

    def erase(self, user_id: str, progress: Progress = silent) -> Erasure:
        progress("Erasing a person", 1, 3)
        self.engine.erased = user_id
        return Erasure((), (), (), (), (), (), f"Nothing tells of person {user_id} any more.")

    def change(self, request: Request) -> ListChange:
        found = self.engine.compare_lists(request.unedited(), request)
        return ListChange(found.changes, found.kept, "Two items enter the list.")
