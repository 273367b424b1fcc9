"""What the engine answers when it is asked why: an `Explanation` each, and what else is known.

Like `results`: needs no model to be imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from recengine.engine.results import Evidence, Explanation

NAMED = 2  # grounds named in a sentence
LEAST = 0.05  # of a difference: a ground that outweighs less is not named
NEAR = 0.95  # share of the catalogue than which an event has to lie nearer to be named


@dataclass(frozen=True, kw_only=True)
class Counterfactual(Explanation):
    """The smallest set of changes found that takes an item out of a list, or brings one in.

    `request.k` is the length of the list. Evidence: the changes in the order to make them; kind
    ("event": left out, "context": changed, "addition": chosen as well, as the last event), weight
    (places that the item rises by it, negative if it falls), feature and value (of the context),
    rank_after (place after this change and those above it).

    Attributes:
        rank_before, rank_after: its place without and with all changes, scored alike; `rank` is
            the one in the list.
        found: whether the changes reach the aim; if not they are the best that were found.
        smallest: True if no smaller set among the changes tried reaches it (checked for sets of
            one and two); False if only that none of the changes can be left out is known.
        tried: how many changed requests were scored.
    """

    further: ClassVar[Mapping[str, str]] = {
        "feature": "",
        "value": "",
        "rank_after": "Place after it",
    }

    rank_before: int
    rank_after: int
    found: bool
    smallest: bool
    tried: int


@dataclass(frozen=True, kw_only=True)
class WhyAbove(Explanation):
    """Why the item stands above another (b): the difference of what makes up their scores.

    Evidence: weight_a and weight_b for the item and for the other, weight their difference
    (positive: speaks for the item against the other).

    Attributes:
        item_b, title_b, rank_b: the other item (rank None if it does not compete).
        difference: the item's score minus the other's.
    """

    further: ClassVar[Mapping[str, str]] = {"weight_a": "First item", "weight_b": "Second item"}

    item_b: str
    title_b: str
    rank_b: int | None
    difference: float

    @property
    def grounds(self) -> list[Evidence]:
        """What speaks most for the upper of the two."""
        return self.strongest(1 if self.difference >= 0 else -1)

    def strongest(self, side: int) -> list[Evidence]:
        """What speaks most for the item (side 1) or for the other (-1), as far as it matters."""
        least = LEAST * abs(self.difference)
        return [one for one in self.evidence if side * one.weight > least][:NAMED]


@dataclass(frozen=True, kw_only=True)
class WhyNot(Explanation):
    """Why an item is not in the list of `request.k`; evidence as in `last`, else none.

    Attributes:
        in_list: True if it is in the list after all.
        gap: what its score lacks to that of the last item of the list; 0 if it is in the list.
        last: the comparison with that item, None if the item does not compete.
    """

    further: ClassVar[Mapping[str, str]] = WhyAbove.further

    in_list: bool
    gap: float
    last: WhyAbove | None

    @property
    def grounds(self) -> list[Evidence]:
        """What keeps the item most below the last of the list."""
        return self.last.strongest(-1) if self.last else []


@dataclass(frozen=True, kw_only=True)
class NearestLiked(Explanation):
    """What this person did that lies nearest to an item.

    Evidence: the events, nearest first; weight (cosine, -1..1), value, nearer_than (share of the
    catalogue that lies less near to that event than the item does, 0..1).

    Attributes:
        space: where nearness is measured, in words ("the ranker's item vectors", "item texts").
    """

    further: ClassVar[Mapping[str, str]] = {"value": "Value", "nearer_than": "Nearer than"}

    space: str

    @property
    def especially_near(self) -> list[Evidence]:
        """Those events that the item lies nearer to than nearly all of the catalogue does."""
        return [one for one in self.evidence if one.facts["nearer_than"] > NEAR]


@dataclass(frozen=True, kw_only=True)
class SimilarChoices(Explanation):
    """What people with a similar history chose: counts only, nobody is named.

    Evidence: what those similar people who chose the item have in common with this person, most
    common first; weight (share of them), people (the same as a count). Fewer than five are left
    out. The sentence says so if the difference may be chance.

    Attributes:
        people: how many similar people are counted.
        chose: how many of them chose the item.
        share, low, high: the same as a share, with its 95 % interval (Wilson).
        base_share: share of everybody who chose it.
    """

    further: ClassVar[Mapping[str, str]] = {"people": "People"}

    people: int
    chose: int
    share: float
    low: float
    high: float
    base_share: float


@dataclass(frozen=True, kw_only=True)
class Words(Explanation):
    """A text word by word: which words answered the history, or were looked at by who read them.

    Evidence of the text encoder: pairs of words nearer than words of random titles are; kind of
    what answered ("event", or "context": `title` is the feature's label), weight (cosine), title,
    item_word, history_word, position (of the item's word). Of a ranker that reads the texts: every
    word that it read; kind ("event", "context", "item", or "mark" for what stands between texts),
    weight (share of attention), title (of the event), position.

    Attributes:
        text: the words in the order of reading: position (from 0), word, weight (0 or more), kind,
            compared (False for function words and those of very many titles, which tell nothing of
            an item).
        cut: True if the text was longer than what the encoder reads.
    """

    further: ClassVar[Mapping[str, str]] = {
        "title": "In",
        "item_word": "",
        "history_word": "",
        "position": "",
    }

    text: pd.DataFrame
    cut: bool
