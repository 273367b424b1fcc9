"""Column names, index conventions and the request: the words every layer shares.

`item_id` and `user_id` are the outside names (strings). Inside, `item_index` runs from 1 to
num_items, 0 being padding (`PAD_INDEX`), and `user_index` from 0. Histories are always ordered
from oldest to newest. Codes of features run from 1; 0 means unknown (`UNKNOWN_CODE`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

USER_ID = "user_id"
ITEM_ID = "item_id"
TIMESTAMP = "timestamp"  # Unix seconds, UTC
EVENT = "event"
VALUE = "value"
TITLE = "title"
DESCRIPTION = "description"
CATEGORIES = "categories"  # list of strings
YEAR = "year"
FRIEND_ID = "friend_id"

PAD_INDEX = 0
UNKNOWN_CODE = 0
UNKNOWN = "unknown"  # how a person writes "no value known"
MORE, LESS, NOT_NOW = "more", "less", "not-now"
VERDICTS = (MORE, LESS, NOT_NOW)  # what a person may say about an item


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question put to a ranker: who, in which moment, how many items.

    Attributes:
        user_id: outside id of a person in the dataset.
        context: value by context feature; a feature that is absent is unknown.
        k: length of the list, at least 1.
        ranker: name of the ranker; an empty string means the engine's default.
        feedback: what this person said in this session, oldest first: (item_id, verdict). All that
            is learnt from it is learnt anew from this list, so to undo is to leave out the last.
    """

    user_id: str
    context: Mapping[str, str] = field(default_factory=dict)
    k: int = 10
    ranker: str = ""
    feedback: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple:
        """Hashable, and equal for equal requests."""
        context = tuple(sorted(self.context.items()))
        return (self.user_id, context, self.k, self.ranker, self.feedback)

    def with_context(self, context: Mapping[str, str]) -> "Request":
        """The same request in another moment."""
        return replace(self, context=dict(context))
