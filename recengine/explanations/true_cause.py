"""Where the truth is known: does an explanation name what really moved the choice?

In the simulated shop a choice is moved by the moment and the profile, category by category, with
log-odds that are written down, and by lasting interests in categories. So two things can be
checked: whether the feature of the moment that is named first is the one that truly speaks most
for the item, and whether the event that is named first tells of an interest in its categories.
Beside both stands chance: how often a known feature, or an event, drawn by lot would be right; and
beside the first how often the one feature with the largest effects in the shop would be.

Axes: context = context features, length = events.
"""

import numpy as np
import torch

from recengine.data.dataset import Dataset
from recengine.data.storefront import NAME
from recengine.data.storefront.effects import CONTEXT_EFFECTS, CONTEXT_FEATURES, effect_matrix
from recengine.data.storefront.words import CATEGORY_NAMES
from recengine.explanations.attribution import Attribution, Method, Question

MATTERS = 0.3  # log-odds relative to the mean item, from which a moment truly speaks for an item
NOTHING = float("nan")


class TrueCauses:
    """What truly speaks for each item of a simulated shop."""

    def __init__(self, dataset: Dataset) -> None:
        order = [dataset.categories.index(name) for name in CATEGORY_NAMES]
        self._shares = dataset.category_shares[:, order]
        effects = [effect_matrix(CONTEXT_EFFECTS, feature) for feature in CONTEXT_FEATURES]
        by_item = [self._shares @ effect.T for effect in effects]  # items codes
        self._effects = [each - each.mean(axis=0) for each in by_item]
        self._strengths = np.array([each[:, 1:].max(axis=1).mean() for each in self._effects])

    @staticmethod
    def known_for(dataset: Dataset) -> bool:
        """Whether the truth behind a dataset is known."""
        return dataset.simulated and dataset.name.partition(":")[0] == NAME

    def figures(self, question: Question, found: Attribution, method: Method) -> dict[str, float]:
        """What was named first and what to compare it with; see `TRUTHS` in faithfulness.py."""
        moment, interest = self._moment(question, found, method), self._interest(question, found)
        return {
            **dict(zip(("true-moment", "chance-moment", "fixed-moment"), moment, strict=True)),
            **dict(zip(("true-interest", "chance-interest"), interest, strict=True)),
        }

    def _moment(
        self, question: Question, found: Attribution, method: Method
    ) -> tuple[float, float, float]:
        """1 if the feature named first truly speaks most, 0 if not; chance; the usual feature.

        NaN without a feature that truly speaks for the item, for methods that do not weigh the
        moment, and if the ranker does not heed it.
        """
        codes = question.history.request[0].tolist()
        pairs = zip(self._effects, codes, strict=True)
        true = np.array([effect[question.item - 1, code] for effect, code in pairs])
        known = np.array(codes) > 0
        if "context" not in method.kinds or true.max() < MATTERS:
            return NOTHING, NOTHING, NOTHING
        if not found.context[torch.from_numpy(known)].any():
            return NOTHING, NOTHING, NOTHING
        right = true >= true.max() - 1e-9
        named = found.context.masked_fill(~torch.from_numpy(known), -torch.inf).argmax()
        usual = np.where(known, self._strengths, -np.inf).argmax()
        return float(right[int(named)]), float(right[known].mean()), float(right[usual])

    def _interest(self, question: Question, found: Attribution) -> tuple[float, float]:
        """1 if the event named first shares a category with the item, 0 if not; and chance.

        NaN if all events do, or none does.
        """
        wanted = self._shares[question.item - 1] > 0
        items = question.history.items[0, : question.num_events].numpy()
        shares = (self._shares[items - 1][:, wanted] > 0).any(axis=1)
        if shares.all() or not shares.any():
            return NOTHING, NOTHING
        return float(shares[int(found.events[: len(items)].argmax())]), float(shares.mean())
