"""Turning points of the simulated shop: ours beside the change points of `ruptures`, same people.

    python -m tests.benchmarks.turns [--people 500] [--seed 1] [--tolerance 3]

Prints recall and precision of jumps within a few events, for people whose taste never moves slowly,
and the milliseconds per person. `ruptures` (BSD-2, 1.1.10) reads the same thing as we do, the
categories of what was chosen, with its kernel change points; each penalty is a row.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import ruptures

from recengine.data.storefront import StorefrontConfig, storefront_truth
from recengine.engine.interests.turn_measuring import true_turns
from recengine.interests.shares import complete_categories
from recengine.interests.turn_quality import compare_turns
from recengine.interests.turns import MIN_STRETCH, turning_points
from recengine.interests.usual import usual_taste

PENALTIES = {"linear": (2.0, 3.0, 4.0), "rbf": (1.5, 2.0, 3.0)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("people", 500), ("seed", 1), ("tolerance", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    truth = storefront_truth(StorefrontConfig(seed=asked.seed))
    dataset, turns = truth.dataset, true_turns(truth)
    log = dataset.log
    people = [
        user
        for user in range(dataset.num_users)
        if all(turn.sudden for turn in turns.get(user, ()))
    ][: asked.people]
    categories, _ = complete_categories(dataset.category_shares, dataset.categories)
    usual = usual_taste(log, categories, [f.num_codes for f in dataset.context_features])

    def ours(user: int) -> list[int]:
        span = log.span(user)
        found = turning_points(categories[log.items[span] - 1], log.contexts[span], usual)
        return [turn.step for turn in found]

    def kernel(name: str, penalty: float) -> Callable[[int], list[int]]:
        def found(user: int) -> list[int]:
            signal = categories[log.items[log.span(user)] - 1].astype(np.float64)
            model = ruptures.KernelCPD(kernel=name, min_size=MIN_STRETCH).fit(signal)
            return [place + 1 for place in model.predict(pen=penalty)[:-1]]

        return found

    finders = {"evidence (ours)": ours}
    for name, penalties in PENALTIES.items():
        finders |= {f"ruptures {name}, {pen}": kernel(name, pen) for pen in penalties}
    print(f"{'method':<24} recall precision  ms")
    for label, finder in finders.items():
        start = time.perf_counter()
        steps = {user: finder(user) for user in people}
        each = 1000 * (time.perf_counter() - start) / len(people)
        judged = compare_turns(steps, turns, asked.tolerance)
        print(f"{label:<24} {judged.recall:6.2f} {judged.precision:9.2f} {each:4.1f}")


if __name__ == "__main__":
    main()
