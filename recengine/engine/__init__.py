"""The facade: load once, then answer every question that the dashboard and the commands ask.

The engine is imported when it is first asked for: torch takes seconds, and neither the records in
`results` nor the first paint of the dashboard need it.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recengine.engine.ablations.measuring import measure_ablations
    from recengine.engine.blending import blend_rankers
    from recengine.engine.comparison.evaluating import evaluate_rankers
    from recengine.engine.comparison.tuning import tune_ranker, tuned_settings
    from recengine.engine.contexts.measuring import measure_contexts
    from recengine.engine.facade import Engine
    from recengine.engine.feedback.proof import prove_feedback
    from recengine.engine.forecasts.exam import evaluate_forecasts
    from recengine.engine.forecasts.forecasters import train_forecasters
    from recengine.engine.why.faithfulness import evaluate_explanations
    from recengine.engine.workshop import train_ranker

__all__ = [
    "Engine",
    "blend_rankers",
    "evaluate_explanations",
    "evaluate_forecasts",
    "evaluate_rankers",
    "measure_ablations",
    "measure_contexts",
    "prove_feedback",
    "train_forecasters",
    "train_ranker",
    "tune_ranker",
    "tuned_settings",
]

_HOMES = {
    "Engine": "facade",
    "blend_rankers": "blending",
    "evaluate_forecasts": "forecasts.exam",
    "evaluate_explanations": "why.faithfulness",
    "evaluate_rankers": "comparison.evaluating",
    "prove_feedback": "feedback.proof",
    "train_forecasters": "forecasts.forecasters",
    "measure_ablations": "ablations.measuring",
    "measure_contexts": "contexts.measuring",
    "train_ranker": "workshop",
    "tune_ranker": "comparison.tuning",
    "tuned_settings": "comparison.tuning",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
