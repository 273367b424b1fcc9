"""The arms of an ablation study, each trained or loaded once, and asked once."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Int64

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.engine.ablations.parts import (
    ARMS,
    BENT,
    IDS,
    MIXTURE,
    MOMENTLESS,
    RETRAINED,
    STATIC,
    TRAINED,
    UNTOLD,
)
from recengine.engine.comparison.contestants import Contestants
from recengine.engine.rankers import Rankers
from recengine.evaluation.contexts import moments_of
from recengine.evaluation.protocols import protocol_split
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.unified import Unified

PROTOCOL = "P-A"
# what an arm changes in the recipe
SETTINGS: dict[str, dict[str, Any]] = {IDS: {"text_dim": 0}, MIXTURE: {"head": "mixture"}}
DYNAMIC = {BENT: True, MIXTURE: True, STATIC: False}  # whatever validation said
Ranks = Int64[np.ndarray, "question"]


@dataclass
class Arms:
    """Answers the same held-out questions by every arm.

    Attributes:
        data, split: what is learnt from, and what is asked.
        text_fingerprint: of the text vectors in `data`.
        workspace: where rankers are kept; those of an evaluation are used again.
        progress: told the slow parts.
        ready: ask the ranker in use, whatever its seed, instead of one trained for each seed.
    """

    data: FitData
    split: Split
    text_fingerprint: str
    workspace: Workspace
    progress: Progress
    ready: bool
    _rankers: dict[tuple[str, int], Unified] = field(default_factory=dict, init=False)
    _ranks: dict[tuple[str, int], Ranks] = field(default_factory=dict, init=False)

    def ranks(self, arm: str, seed: int) -> Ranks:
        """Ranks of the held-out items."""
        if arm == TRAINED:
            arm = BENT if self.ranker(TRAINED, seed).dynamic else STATIC
        if (arm, seed) not in self._ranks:
            self._ranks[arm, seed] = self._asked(arm, seed)
        return self._ranks[arm, seed]

    def ranker(self, arm: str, seed: int) -> Unified:
        """The ranker behind an arm."""
        arm = arm if arm in RETRAINED else TRAINED
        if (arm, seed) not in self._rankers:
            self._rankers[arm, seed] = self._made(arm, seed)
        return self._rankers[arm, seed]

    def _made(self, arm: str, seed: int) -> Unified:
        def progress(stage: str, done: int, total: int) -> None:
            self.progress(f"{ARMS[arm]}: {stage}", done, total)

        if self.ready:
            return Rankers(self.data, self.workspace, progress).trained(Unified)
        data, split = self._course(arm)
        contestants = Contestants(
            data,
            split,
            PROTOCOL if arm == TRAINED else f"{PROTOCOL}-{arm}",
            seed,
            self.text_fingerprint,
            self.workspace,
            progress,
            lambda recipe: recipe.with_settings(SETTINGS.get(arm, {})),
        )
        ranker, _ = contestants.enter(Unified.name)
        assert isinstance(ranker, Unified)
        return ranker

    def _asked(self, arm: str, seed: int) -> Ranks:
        """Everybody is asked in the moment of the held-out choice, unless the arm knows none."""
        ranker, (_, split) = self.ranker(arm, seed), self._course(arm)
        kept = bool(ranker.dynamic)
        ranker.dynamic.fill_(DYNAMIC.get(arm, kept))
        try:
            return target_ranks(
                ranker,
                HistoryReader(split.log, self.data.dataset.profiles),
                split.test,
                split.candidates,
                max_length=ranker.events_read,
                moments=None if arm == UNTOLD else moments_of(split.log, split.test),
                progress=self.progress,
            )
        finally:
            ranker.dynamic.fill_(kept)

    def _course(self, arm: str) -> tuple[FitData, Split]:
        """What an arm learns from and is asked; one without moments, the same events without."""
        if arm != MOMENTLESS:
            return self.data, self.split
        dataset = replace(self.data.dataset, context_features=())
        split = protocol_split(dataset)
        return replace(self.data, dataset=dataset, train=split.train), split
