"""Why an item was ranked: each file is one way to say it; this is the only list of methods."""

from recengine.explanations.attention import ATTENTION, ROLLOUT
from recengine.explanations.attribution import Attribution, Method, Question
from recengine.explanations.exact import EXACT
from recengine.explanations.gradient_attention import GRADIENT_ATTENTION
from recengine.explanations.integrated_gradients import INTEGRATED_GRADIENTS
from recengine.explanations.occlusion import OCCLUSION
from recengine.models.base import Ranker

# In the order in which one is chosen where several have passed the test, or none was tested.
METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        EXACT,
        INTEGRATED_GRADIENTS,
        OCCLUSION,
        GRADIENT_ATTENTION,
        ROLLOUT,
        ATTENTION,
    )
}


def methods_for(ranker: Ranker) -> tuple[Method, ...]:
    """The methods that can explain what a ranker does, in the order of the list."""
    return tuple(method for method in METHODS.values() if method.applies(ranker))


__all__ = ["METHODS", "Attribution", "Method", "Question", "methods_for"]
