"""A small memory for what takes long to compute: the things asked for last."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

MOST = 64  # paths, themes and the like


class Kept:
    """Safe to share between threads; two that ask at once may both compute."""

    def __init__(self, most: int = MOST) -> None:
        """Keep so many things."""
        self._most = most
        self._things: OrderedDict[tuple, Any] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, key: tuple, make: Callable[[], Any]) -> Any:
        """What `make` gives, kept for those who ask again with the same key."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        with self._lock:
            self._things[key] = made
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        return made
