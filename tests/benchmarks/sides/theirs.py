"""RecBole's side; runs in RecBole's environment, on RecBole's own loaders, trainer and evaluator.

Nothing inside RecBole is changed. Its checkpoints are not used (newer torch would refuse to read
them), so the best weights are kept in memory.
"""

import copy
import itertools
import time
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
        "use_gpu": False,
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
    seconds, best, history = 0.0, -1.0, []
    weights: dict[str, Any] = {}
    for epoch in range(task["epochs"]):
        began = time.perf_counter()
        trainer._train_epoch(train, epoch)
        seconds += time.perf_counter() - began
        score = float(trainer._valid_epoch(valid)[0])
        history.append((seconds, score))
        print(f"RecBole epoch {epoch + 1}: {seconds:.0f} s, NDCG@10 {score:.4f}", flush=True)
        if score > best:
            best, best_epoch = score, epoch
            weights = copy.deepcopy(trainer.model.state_dict())
        reached = task["target"] is not None and score >= task["target"]
        if reached or epoch - best_epoch >= PATIENCE or seconds > task["budget"]:
            break
    trainer.model.load_state_dict(weights)
    own = trainer.evaluate(test, load_best_model=False)
    write_scores(task, trainer, test)
    return {"history": history, "own_test": float(own["ndcg@10"])}


@torch.no_grad()
def write_scores(task: dict[str, Any], trainer: Trainer, test: Any) -> None:
    """Scores of the test questions with our user and item indices, to be ranked by our code."""
    dataset = test._dataset
    users = np.array([0, *map(int, dataset.field2id_token[USER][1:])])
    items = np.array([0, *map(int, dataset.field2id_token[ITEM][1:])])
    table = np.full((task["num_users"], task["vocab"]), -np.inf, dtype=np.float32)
    trainer.model.eval()
    for interaction, *_ in test:
        scores = trainer.model.full_sort_predict(interaction).numpy()
        scores[:, 0] = -np.inf
        rows = users[interaction[USER].numpy()]
        table[rows[:, None], items[None, :]] = scores
    table[:, 0] = -np.inf
    np.save(task["scores"], table)


main()
