"""RecBole's side; runs in RecBole's environment, on RecBole's own loaders, trainer and evaluator.

Nothing inside RecBole is changed. Its checkpoints are not used (newer torch would refuse to read
them), so the best weights are kept in memory.
"""

import copy
import itertools
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from meter import Meter, answer, read_task
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.model.sequential_recommender.sasrec import SASRec
from recbole.trainer import Trainer
from recbole.utils import init_seed

WARM_UP = 2  # batches that are not timed
PATIENCE = 10  # epochs without a better validation, RecBole's default
USER, ITEM, TIME = "user_id", "item_id", "timestamp"


def main() -> None:
    """Measure what the task says."""
    task = read_task()
    torch.set_num_threads(task["threads"])
    config = Config(model="SASRec", dataset=task["name"], config_dict=settings(task))
    init_seed(config["seed"], config["reproducibility"])
    began = time.perf_counter()
    dataset = create_dataset(config)
    train, valid, test = data_preparation(config, dataset)
    facts = {"preparation": time.perf_counter() - began, "pass_targets": len(train._dataset)}
    model = SASRec(config, train._dataset).to(config["device"])
    trainer = Trainer(config, model)
    facts["parameters"] = sum(each.numel() for each in model.parameters())
    if task["phase"] == "speed":
        facts |= speed(task, trainer, train)
    else:
        facts |= quality(task, trainer, train, valid, test)
    answer(task, facts)


def settings(task: dict[str, Any]) -> dict[str, Any]:
    """Our model's size and loss; everything else as RecBole comes."""
    return {
        "data_path": task["data_path"],
        "checkpoint_dir": task["data_path"],
        "load_col": {"inter": [USER, ITEM, TIME]},
        "MAX_ITEM_LIST_LENGTH": task["length"],
        "hidden_size": 64,
        "inner_size": 64,
        "n_layers": 2,
        "n_heads": 2,
        "hidden_dropout_prob": 0.2,
        "attn_dropout_prob": 0.2,
        "loss_type": "CE",
        "train_neg_sample_args": None,
        "eval_args": {
            "split": {"LS": "valid_and_test"},
            "group_by": "user",
            "order": "TO",
            "mode": "full",
        },
        "metrics": ["NDCG", "Hit"],
        "topk": [10],
        "valid_metric": "NDCG@10",
        "metric_decimal_place": 6,
        "use_gpu": task["device"] == "cuda",
        "show_progress": False,
        "state": "ERROR",
        "seed": task["seed"],
    }


def speed(task: dict[str, Any], trainer: Trainer, train: Any) -> dict[str, Any]:
    """Passes over the training data, or the part of one that the budget allows."""
    trainer._train_epoch(itertools.islice(train, WARM_UP), 0)
    meter, began = Meter(task["budget"]), time.perf_counter()
    for epoch in range(task["passes"]):
        if time.perf_counter() < meter.latest:
            trainer._train_epoch(meter.let(train, len), epoch)
    return {"seconds": time.perf_counter() - began, "targets": meter.targets}


def quality(
    task: dict[str, Any], trainer: Trainer, train: Any, valid: Any, test: Any
) -> dict[str, Any]:
    """Epochs until validation has the target, stops improving, or time is up."""
    trainer.eval_collector.data_collect(train)
    histories = read_histories(task, train._dataset)
    seconds, best, history = 0.0, -1.0, []
    weights: dict[str, Any] = {}
    for epoch in range(task["epochs"]):
        began = time.perf_counter()
        trainer._train_epoch(train, epoch)
        seconds += time.perf_counter() - began
        score = ndcg(trainer.model, valid, {user: seen[:-2] for user, seen in histories.items()})
        history.append((seconds, score))
        print(f"RecBole epoch {epoch + 1}: {seconds:.0f} s, NDCG@10 {score:.4f}", flush=True)
        if score > best:
            best, best_epoch = score, epoch
            weights = copy.deepcopy(trainer.model.state_dict())
        reached = task["target"] is not None and score >= task["target"]
        if reached or epoch - best_epoch >= PATIENCE or seconds > task["budget"]:
            break
    trainer.model.load_state_dict(weights)
    return {
        "history": history,
        "test": ndcg(trainer.model, test, {user: seen[:-1] for user, seen in histories.items()}),
        "test_unfiltered": ndcg(trainer.model, test, {}),
        "test_by_recbole": float(trainer.evaluate(test, load_best_model=False)["ndcg@10"]),
    }


def read_histories(task: dict[str, Any], dataset: Any) -> dict[int, np.ndarray]:
    """All events of each person, oldest first, in RecBole's indices."""
    path = Path(task["data_path"]) / task["name"] / f"{task['name']}.inter"
    users, items, _ = np.loadtxt(path, skiprows=1, dtype=str, unpack=True)
    rows, columns = dataset.token2id(USER, users), dataset.token2id(ITEM, items)
    return {int(user): columns[rows == user] for user in np.unique(rows)}


@torch.no_grad()
def ndcg(model: SASRec, questions: Any, seen: dict[int, np.ndarray]) -> float:
    """NDCG@10 by our rules: seen items filtered, ties against the target, which always competes."""
    gains = []
    model.eval()
    for interaction, *_ in questions:
        scores = model.full_sort_predict(interaction)
        targets = interaction[ITEM][:, None]
        own = scores.gather(1, targets)
        scores[:, 0] = -torch.inf
        for row, user in enumerate(interaction[USER].tolist()):
            scores[row, seen.get(user, [])] = -torch.inf
        scores.scatter_(1, targets, -torch.inf)
        ranks = 1 + (scores >= own).sum(dim=1)
        gains += torch.where(ranks <= 10, 1 / torch.log2(ranks + 1.0), 0.0).tolist()
    return float(np.mean(gains))


main()
