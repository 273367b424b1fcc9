"""Whether a method of explanation was tested for a ranker and passed, as measured."""

from recengine.engine.state import State
from recengine.engine.why_results import NOT_MEASURED, Trust
from recengine.explanations import Method


def trust_of(state: State, ranker: str, method: Method) -> Trust:
    """The badge of a method for a ranker of the loaded data."""
    command = f"recengine evaluate {state.dataset.name} --explanations --ranker {ranker}"
    return Trust(
        verdict=NOT_MEASURED,
        sentence=f"Nobody has tested yet how far {method.label} can be trusted here.",
        made_with=command,
    )
