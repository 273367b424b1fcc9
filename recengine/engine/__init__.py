"""The facade: load once, then answer every question that the dashboard and the commands ask."""

from recengine.engine.facade import Engine
from recengine.engine.workshop import evaluate_rankers, train_ranker

__all__ = ["Engine", "evaluate_rankers", "train_ranker"]
