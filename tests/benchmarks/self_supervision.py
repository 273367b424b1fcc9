"""What do the self-supervised options bring? Each one against none, same data and seeds.

    python -m tests.benchmarks.self_supervision [--data movielens-100k] [--ranker sasrec]
        [--seeds 0,1,2] [--options augmentation]

Prints NDCG@10 of the held-out last events (P-A, every item a candidate, seen ones filtered), mean
over the seeds, and how far each option is ahead of none, with the 95 % interval of a bootstrap
over people. Epochs are chosen on validation, as in `recengine train`.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from recengine.data.histories import HistoryReader
from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace
from recengine.engine.opening import fit_data
from recengine.evaluation.accuracy import ndcg_at_k
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.protocols import protocol_split
from recengine.evaluation.ranking import target_ranks
from recengine.training.recipes import recipe_for, trainer_for

OPTIONS: dict[str, dict[str, Any]] = {
    "none": {},
    "masked item": {"masked_item_weight": 0.1},
    "contrast, augmented views": {"contrast_weight": 0.1},
    "contrast, dropout views": {"contrast_weight": 0.1, "contrast_views": "dropout"},
    "augmentation": {"augment_share": 0.3},
}


def main() -> None:
    """Measure and print."""
    asked = arguments()
    dataset = load_dataset(asked.data, Workspace(asked.home))
    split = protocol_split(dataset)
    data, _ = fit_data(dataset, split, Workspace(asked.home))
    reader = HistoryReader(split.log, dataset.profiles)
    print(f"{dataset.title}; {split.description}; {asked.ranker}, seeds {asked.seeds}")
    gains: dict[str, np.ndarray] = {}
    for option in ("none", *(asked.options or list(OPTIONS)[1:])):
        each = []
        for seed in map(int, asked.seeds.split(",")):
            recipe = recipe_for(asked.ranker, dataset, split.train).with_settings(OPTIONS[option])
            with tempfile.TemporaryDirectory() as folder:
                trainer = trainer_for(
                    asked.ranker,
                    data,
                    split,
                    recipe.with_seed(seed),
                    {},
                    Path(folder),
                    resume=False,
                )
                ranker = trainer.run().model
            ranks = target_ranks(ranker, reader, split.test, split.candidates)
            each.append(ndcg_at_k(ranks, 10))
        gains[option] = np.mean(each, axis=0)
        ahead = bootstrap_mean(gains[option] - gains["none"])
        print(
            f"{option:28} {gains[option].mean():.4f}   "
            f"{ahead.mean:+.4f} [{ahead.low:+.4f}, {ahead.high:+.4f}]",
            flush=True,
        )


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    home = os.environ.get("RECENGINE_HOME", platformdirs.user_data_path("recengine"))
    parser.add_argument("--data", default="movielens-100k")
    parser.add_argument("--ranker", default="sasrec", choices=("sasrec", "gru"))
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument(
        "--options", nargs="+", choices=list(OPTIONS)[1:], help="only these, beside none"
    )
    parser.add_argument("--home", type=Path, default=Path(home), help="our workspace")
    return parser.parse_args()


if __name__ == "__main__":
    main()
