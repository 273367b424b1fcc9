"""Frappe: is the same model better when it knows the moment? And than each person's own habits?

    python -m tests.benchmarks.frappe FOLDER [--home HOME] [--epochs 12]

FOLDER holds frappe.csv and meta.csv. One random event of each person tests, another validates (the
data has no times), and all 4,082 apps compete, those already used included. Trained are: the
unified ranker with the features of the moment, and the same without any. The baseline puts first
what a person used most often before, then what everybody uses.

Published figures on Frappe (for example NFM, arXiv:1708.05027: RMSE 0.3095 on targets of +1 and -1)
are about another question: 289 thousand fixed rows, two sampled apps that were not used for each
one that was, split at random by row. Those rows are not part of the data set, so they are not
matched here.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from recengine.data.dataset import Dataset
from recengine.data.histories import HistoryReader
from recengine.data.progress import silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split, leave_last_out
from recengine.data.workspace import Workspace
from recengine.engine.opening import fit_data
from recengine.evaluation.accuracy import hit_rate_at_k, ndcg_at_k
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.contexts import hidden, moments_of, shuffled
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.recency_ease import RecencyEase
from recengine.models.unified import Unified
from recengine.training.rankers import stored_ease
from recengine.training.recipes import recipe_for
from recengine.training.unified import UnifiedRecipe, UnifiedTrainer


def main() -> None:
    """Train both and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--home", type=Path, default=Path("workspace"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--ids", action="store_true", help="work from ids alone, without texts")
    asked = parser.parse_args()
    workspace = Workspace(asked.home)
    dataset = load_dataset(asked.folder, workspace)
    answers = {"habits": _habits(leave_last_out(dataset))}
    for name, each in (
        ("with the moment", dataset),
        ("without", replace(dataset, context_features=())),
    ):
        answers |= _trained(name, each, workspace, asked)
    for name, ranks in answers.items():
        quality, found = bootstrap_mean(ndcg_at_k(ranks, 10)), hit_rate_at_k(ranks, 10).mean()
        print(f"{name:32} NDCG@10 {quality.mean:.4f} ({quality.low:.4f} to {quality.high:.4f})"
              f"  HR@10 {found:.4f}")  # fmt: skip
    told = ndcg_at_k(answers["with the moment"], 10)
    for name, ranks in answers.items():
        if name != "with the moment":
            ahead = bootstrap_mean(told - ndcg_at_k(ranks, 10))
            print(f"ahead of {name:23} {ahead.mean:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})")


def _trained(
    name: str, dataset: Dataset, workspace: Workspace, asked: argparse.Namespace
) -> dict[str, np.ndarray]:
    """Ranks by the model; one that knows moments is also asked without, and with wrong ones."""
    split = leave_last_out(dataset)
    if asked.ids:
        data = FitData(dataset, split.train, split.candidates)
    else:
        data, _ = fit_data(dataset, split, workspace, silent)
    recipe = recipe_for(Unified.name, dataset, split.train)
    assert isinstance(recipe, UnifiedRecipe)
    recipe = recipe.with_settings({"epochs": asked.epochs})
    folder = workspace.folder("training") / f"frappe-{name.replace(' ', '-')}"
    rankers = {RecencyEase.name: stored_ease(data, workspace)}
    trained = UnifiedTrainer(data, split, recipe, rankers, folder, resume=True).run()
    print(name, {key: round(value, 4) for key, value in trained.validation.items()})
    model = trained.model
    assert isinstance(model, Unified)
    gates = model.context_gates.numpy().round(2).tolist()
    print("gates", dict(zip((f.name for f in dataset.context_features), gates, strict=True)))
    reader = HistoryReader(split.log, dataset.profiles)
    moments = moments_of(split.log, split.test)
    ways = {name: moments}
    if moments.shape[1]:
        ways["not told the moment"] = hidden(moments, slice(None))
        ways["told somebody else's"] = shuffled(moments, slice(None), np.random.default_rng(0))
    return {
        way: target_ranks(model, reader, split.test, split.candidates, moments=told)
        for way, told in ways.items()
    }


def _habits(split: Split) -> np.ndarray:
    """Ranks by how often the person, then everybody, used the app before."""
    everybody = np.bincount(split.train.items, minlength=len(split.candidates)).astype(float)
    ranks = []
    for start, stop, target in zip(
        split.test.starts, split.test.stops, split.test.targets, strict=True
    ):
        own = np.bincount(split.log.items[start:stop], minlength=len(everybody))
        scores = np.where(split.candidates, own + everybody / (1 + everybody.max()), -np.inf)
        ranks.append(int((scores >= scores[target]).sum()))
    return np.array(ranks)


if __name__ == "__main__":
    main()
