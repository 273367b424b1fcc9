"""Column names, index conventions and the request: the words every layer shares.

`item_id` and `user_id` are the outside names (strings). Inside, `item_index` runs from 1 to
num_items, 0 being padding (`PAD_INDEX`), and `user_index` from 0. Histories are always ordered
from oldest to newest. Codes of features run from 1; 0 means unknown (`UNKNOWN_CODE`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from recengine.errors import ConfigError

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

MAX_RANGE = 1_000_000  # events that one range may name; a mistyped one must not fill the memory


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
        without: numbers of events (from 1, oldest first) that are not to count.
        muted: interests (categories) that are switched off: their events do not count, their
            items are not offered.
    """

    user_id: str
    context: Mapping[str, str] = field(default_factory=dict)
    k: int = 10
    ranker: str = ""
    feedback: tuple[tuple[str, str], ...] = ()
    without: tuple[int, ...] = ()
    muted: tuple[str, ...] = ()

    @property
    def key(self) -> tuple:
        """Hashable, and equal for equal requests."""
        context = tuple(sorted(self.context.items()))
        edits = (self.feedback, self.without, self.muted)
        return (self.user_id, context, self.k, self.ranker, *edits)

    @property
    def edited(self) -> bool:
        """Whether anything is switched off."""
        return bool(self.without or self.muted)

    def unedited(self) -> "Request":
        """The same request with everything that happened."""
        return replace(self, without=(), muted=())

    def for_user(self, user_id: str) -> "Request":
        """The same question about somebody else, who said nothing and switched nothing off."""
        return replace(self.unedited(), user_id=user_id, feedback=())

    def with_context(self, context: Mapping[str, str]) -> "Request":
        """The same request in another moment."""
        return replace(self, context=dict(context))


def steps_text(steps: Iterable[int]) -> str:
    """Event numbers as an address writes them: 3,17,20-25."""
    parts: list[list[int]] = []
    for step in sorted(set(steps)):
        if parts and parts[-1][1] == step - 1:
            parts[-1][1] = step
        else:
            parts.append([step, step])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def read_steps(text: str) -> tuple[int, ...]:
    """Event numbers from the form of `steps_text`.

    Raises:
        ConfigError: not of that form.
    """
    steps: set[int] = set()
    for part in filter(None, text.replace(" ", "").split(",")):
        first, dash, last = part.partition("-")
        last = last if dash else first
        if not (first.isdecimal() and last.isdecimal() and int(last) - int(first) < MAX_RANGE):
            raise ConfigError(
                f"{part!r} is no event number. Expected numbers and ranges such as 3,17,20-25."
            )
        steps.update(range(int(first), int(last) + 1))
    return tuple(sorted(steps))
