"""What the engine answers about feedback: what was said, what it did, and whether it helps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Told:
    """What a person said in this session, and what came of it.

    Attributes:
        table: one row per remark, oldest first: item_id, title, verdict ("more", "less",
            "not-now"), weight (how much it counts; 0 if it carries to no other item or was taken
            back by a later remark on the same item), rank_before, rank_now (of the item itself; 0
            where it does not compete).
        learns: whether remarks carry to other items with this ranker.
        sentence: the answer in one sentence; empty if nothing was said.
    """

    table: pd.DataFrame
    learns: bool
    sentence: str


@dataclass(frozen=True)
class FeedbackProof:
    """Whether telling it helped people whose next choices were held out.

    Attributes:
        table: ranker, label, arm ("own": their own next choices were told; "others": as many
            drawn by popularity; "events": the same choices as events of the history; "low": what
            they had met and valued low was told as less; "less": as many drawn by popularity, as
            less; these two are lacking where values are unknown and in older results), told (how
            many), metric ("ndcg@10", "hr@10"), value, low, high (95 % interval), difference (to
            nothing told, person by person, with the same items competing), diff_low, diff_high.
        facts: how it was measured, by ranker: people, people_less (who told “less”), others_asked
            and others_changed (people whose scores were compared before and after all sessions),
            milliseconds (median, to learn from all that was told), config and more.
        description: the protocol in one sentence.
        made_with: the command that gives these figures.
        sentence: whether it helps with the ranker asked for, and whether noise explains it.
    """

    table: pd.DataFrame
    facts: Mapping[str, Mapping[str, Any]]
    description: str
    made_with: str
    sentence: str
