"""Where the truth is known: does an explanation name what really moved the choice?

In the simulated shop a choice is moved by the moment and the profile, category by category, with
log-odds that are written down, and by lasting interests in categories. So two things can be
checked: whether the feature of the moment that is named first is the one that truly speaks most
for the item, and whether the event that is named first tells of an interest in its categories.

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


class TrueCauses:
    """What truly speaks for each item of a simulated shop."""

    def __init__(self, dataset: Dataset) -> None:
        order = [dataset.categories.index(name) for name in CATEGORY_NAMES]
        self._shares = dataset.category_shares[:, order]
        effects = [effect_matrix(CONTEXT_EFFECTS, feature) for feature in CONTEXT_FEATURES]
        by_item = [self._shares @ effect.T for effect in effects]  # items codes
        self._effects = [each - each.mean(axis=0) for each in by_item]

    @staticmethod
    def known_for(dataset: Dataset) -> bool:
        """Whether the truth behind a dataset is known."""
        return dataset.simulated and dataset.name.partition(":")[0] == NAME

    def moment(self, question: Question, found: Attribution, method: Method) -> float:
        """1 if the feature named first truly speaks most, 0 if not; NaN without such a feature.

        NaN as well for methods that do not weigh the moment, or if the ranker does not heed it.
        """
        codes = question.history.request[0].tolist()
        pairs = zip(self._effects, codes, strict=True)
        true = np.array([effect[question.item - 1, code] for effect, code in pairs])
        if "context" not in method.kinds or true.max() < MATTERS:
            return float("nan")
        known = torch.tensor(codes) > 0
        if not found.context[known].any():
            return float("nan")
        named = found.context.masked_fill(~known, -torch.inf).argmax()
        return float(true[int(named)] >= true.max() - 1e-9)

    def interest(self, question: Question, found: Attribution) -> float:
        """1 if the event named first shares a category with the item, 0 if not; NaN if all do.

        NaN as well if no event does.
        """
        wanted = self._shares[question.item - 1] > 0
        items = question.history.items[0, : question.num_events].numpy()
        shares = (self._shares[items - 1][:, wanted] > 0).any(axis=1)
        if shares.all() or not shares.any():
            return float("nan")
        return float(shares[int(found.events[: len(items)].argmax())])
