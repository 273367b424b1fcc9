"""How methods of explanation are made, how they did in the test, and what a ranker holds inside.

Like `results`: needs no model to be imported.
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
