"""What the engine answers when it is asked why: one record per question, tables inside.

Like `results`: needs no model to be imported. Weights of all tables are signed; what they are
measured in stands in the record's `unit`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float32

from recengine.types import Request

TRUSTED, NOT_BETTER, NOT_MEASURED = "trusted", "not better than recency", "not measured"
_MARKS = {
    TRUSTED: "Tested: faithful",
    NOT_BETTER: "Tested: no better than naming the last events",
    NOT_MEASURED: "Not tested yet",
}


@dataclass(frozen=True)
class Trust:
    """Whether a method was tested and passed: the badge that each explanation carries.

    Attributes:
        verdict: `TRUSTED` (beats the recency control by more than chance explains), `NOT_BETTER`
            (it does not), or `NOT_MEASURED`.
        sentence: what that means, in one sentence with its figures.
        score: faithfulness of the method, 0 (as bad as can be) to 1 (as good as can be): mean of
            normalised comprehensiveness and of 1 - normalised sufficiency. NaN if not measured.
        recency: the same of the recency control ("the last events, whatever they are").
        ahead, low, high: how far the method is ahead of it, person by person, with the 95 %
            interval over people.
        people: how many were asked; 0 if not measured.
        protocol: how it was measured, in one sentence.
        made_with: the command that gives these figures.
    """

    verdict: str
    sentence: str
    score: float = float("nan")
    recency: float = float("nan")
    ahead: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    people: int = 0
    protocol: str = ""
    made_with: str = ""

    @property
    def mark(self) -> str:
        """The verdict in a few words, for wherever what a method says is shown."""
        return _MARKS[self.verdict]


@dataclass(frozen=True)
class MethodFacts:
    """One way to explain, as it applies to one ranker.

    Attributes:
        name: how commands, addresses and `Why.explain` call it.
        label: how people call it.
        meaning: what its weights say, in one sentence.
        unit: what they are measured in.
        adds_up: whether the weights of an explanation sum to the score.
        signed: whether it can speak against an item (attention cannot).
        kinds: kinds of evidence it weighs: "event", "context", "profile".
        slow: whether it takes longer than a click should; show progress.
        trust: whether it was tested for this ranker and passed.
    """

    name: str
    label: str
    meaning: str
    unit: str
    adds_up: bool
    signed: bool
    kinds: tuple[str, ...]
    slow: bool
    trust: Trust


@dataclass(frozen=True)
class Counterfactual:
    """The smallest set of changes found that takes an item out of a list, or brings one in.

    Attributes:
        request: what was asked; `request.k` is the length of the list.
        item_id, title: the item.
        rank_before, rank_after: its place without and with all changes.
        found: whether the changes reach the aim; if not they are the best that were found.
        smallest: True if no smaller set among the changes tried reaches it (checked for sets of
            one and two); False if only that none of the changes can be left out is known.
        changes: one row per change, in the order to make them: kind ("event": left out, "context":
            changed, "addition": chosen as well, as the last event), label (in words), item_id,
            step (number of the event, 0 for none), feature, value (of the context), rank_after
            (place after this change and those above it).
        tried: how many changed requests were scored.
        sentence: the answer in one sentence.
    """

    request: Request
    item_id: str
    title: str
    rank_before: int
    rank_after: int
    found: bool
    smallest: bool
    changes: pd.DataFrame
    tried: int
    sentence: str


@dataclass(frozen=True)
class WhyAbove:
    """Why one item stands above another: the difference of what makes up their scores.

    Attributes:
        item_a, title_a, rank_a: the item that is asked about (rank None if it does not compete).
        item_b, title_b, rank_b: the one it is compared with.
        difference: score of a minus score of b.
        evidence: largest difference first: kind, label, item_id, step, weight_a, weight_b,
            difference (positive: speaks for a against b).
        unit, method, method_name, adds_up, trust: as in `Explanation`; differences sum to
            `difference` if it adds up.
        sentence: the answer in one sentence.
    """

    request: Request
    item_a: str
    title_a: str
    rank_a: int | None
    item_b: str
    title_b: str
    rank_b: int | None
    difference: float
    evidence: pd.DataFrame
    unit: str
    method: str
    method_name: str
    adds_up: bool
    trust: Trust
    sentence: str


@dataclass(frozen=True)
class WhyNot:
    """Why an item is not in the list.

    Attributes:
        item_id, title: the item.
        rank: its place; None if it does not compete, mostly as it was already seen.
        in_list: True if it is in the list after all.
        gap: what its score lacks to that of the last item of the list; 0 if it is in the list.
        last: the comparison with that item (`last.item_b`), None if the item does not compete.
        against, in_favour: rows of `last.evidence` that speak against the item and for it,
            strongest first.
        sentence: the answer in one sentence.
    """

    request: Request
    item_id: str
    title: str
    rank: int | None
    in_list: bool
    gap: float
    last: WhyAbove | None
    against: pd.DataFrame
    in_favour: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class NearestLiked:
    """What this person did that lies nearest to an item.

    Attributes:
        space: where nearness is measured, in words ("the ranker's item vectors", "item texts").
        table: nearest first: step, item_id, title, value, cosine (-1..1), nearer_than (share of
            the catalogue that lies less near to that event than the item does, 0..1).
        sentence: the answer in one sentence.
    """

    request: Request
    item_id: str
    title: str
    space: str
    table: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class SimilarChoices:
    """What people with a similar history chose: counts only, nobody is named.

    Attributes:
        people: how many similar people are counted.
        chose: how many of them chose the item.
        share, low, high: the same as a share, with its 95 % interval (Wilson).
        base_share: share of everybody who chose it.
        shared: what those similar people who chose the item have in common with this person,
            most common first: item_id, title, people, share. Rows of fewer than five people are
            left out.
        sentence: the answer in one sentence; says so if the difference may be chance.
    """

    request: Request
    item_id: str
    title: str
    people: int
    chose: int
    share: float
    low: float
    high: float
    base_share: float
    shared: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class Inside:
    """What a ranker holds while it reads one request, as arrays; empty where it has no such thing.

    Attributes:
        tokens: one row per position: position (from 0), step, item_id, title; a position that is
            no event (BERT4Rec's question mark) has step 0.
        attention: weights by layer, head, position that reads, position that is read; each
            (layer, head, reader) sums to 1 over what it may read.
        states: vectors after the embedding (first) and after each layer; of rankers that follow an
            interest without attention (GRU, the variational one) the interest after each event.
        asked: the position from whose last state the items are scored.
        rollout: how much of each position (last axis) reaches each one through the layers up to
            each; heads are averaged, as in Abnar & Zuidema (2020), so there is none by head.
        item_id: the item that `item_attention` is of.
        item_tokens: what it may attend to: token (from 0), kind ("event", "context", "profile"),
            label, step (number of the event, 0 for none).
        item_attention: its weights by head; of the memory head each head sums to 1, DIN's (one
            head, events alone) are activations of any sign and size.
    """

    request: Request
    tokens: pd.DataFrame
    attention: Float32[np.ndarray, "layer head position position"]
    states: Float32[np.ndarray, "layer_plus_one position dim"]
    asked: int
    rollout: Float32[np.ndarray, "layer position position"]
    item_id: str
    item_tokens: pd.DataFrame
    item_attention: Float32[np.ndarray, "item_head token"]


@dataclass(frozen=True)
class Words:
    """Which words of an item's text, of the history's titles and of the moment answered each other.

    Attributes:
        item_words: words of the item's text in their order: position (from 0), word, weight
            (cosine with the nearest word of the others if that is nearer than words of random
            titles are, else 0), compared (False for function words and those of very many titles,
            which tell nothing of an item).
        pairs: strongest first, only those nearer than words of random titles are: position (of
            the item's word), item_word, history_word, step, item_id, title, cosine, kind ("event",
            or "context": title is the feature's label, step 0 and item_id empty).
        cut: True if the text was longer than what the encoder reads.
        sentence: the answer in one sentence.
    """

    request: Request
    item_id: str
    title: str
    item_words: pd.DataFrame
    pairs: pd.DataFrame
    cut: bool
    sentence: str


@dataclass(frozen=True)
class Faithfulness:
    """How the methods did in the test, for the rankers of one dataset.

    Attributes:
        table: one row per ranker, method and metric: ranker, method, label, control (True for
            random and recency), metric, value, low, high (95 % interval over people), ahead,
            ahead_low, ahead_high (of the recency control, person by person, oriented so that
            positive is better; NaN where that has no meaning), trusted, people (for how many of
            them it has a meaning), and for what the simulated shop knows chance (the same by lot)
            and fixed (naming one feature always); NaN in results of earlier versions.
        metrics: meaning by metric, in the order to show them.
        better: by metric "higher", "lower", or "" if neither is better by itself.
        people: how many were asked, by ranker.
        protocol: how it was measured, in one sentence; "" without results.
        made_with: the command that gives these figures.
        sentence: which methods passed, in one sentence.
    """

    table: pd.DataFrame
    metrics: dict[str, str]
    better: dict[str, str]
    people: dict[str, int]
    protocol: str
    made_with: str
    sentence: str
