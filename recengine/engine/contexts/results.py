"""What the engine answers about moments: which of their features matter to a ranker."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class ContextImportance:
    """Which features of the moment matter to a ranker, as measured on held-out choices.

    All figures are differences of NDCG@10 question by question, with 95 % intervals over people.

    Attributes:
        features: one row per feature, the one that matters most first: feature, label, value, low,
            high (what is lost when it is hidden), shuffled, shuffled_low, shuffled_high (when it is
            that of another question), alone, alone_low, alone_high (what it brings by itself), gate
            (how much the ranker listens to it: 0 not at all, 1 as trained; NaN if its gates were
            never fitted), verdict ("matters", "misleads" or "no difference we can trust").
        overall: way (known, unknown, shuffled, gain, shuffled gain), value, low, high: NDCG@10 with
            the moment told, not told, and that of another question, and the differences to unknown.
        truth: only for the simulated shop: name, mean, low, high (see
            `recengine.evaluation.known_truth`); else empty.
        protocol: who was asked, and how.
        made_with: the command that gives these figures.
        sentence: the answer in one sentence.
    """

    features: pd.DataFrame
    overall: pd.DataFrame
    truth: pd.DataFrame
    protocol: str
    made_with: str
    sentence: str

    @property
    def measured(self) -> bool:
        """Whether there are figures."""
        return not self.overall.empty
