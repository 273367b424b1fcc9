"""Which settings the unified ranker gets by the data that it is trained on."""

from dataclasses import replace

from recengine.data.dataset import Dataset
from recengine.data.features import TIME_FEATURES
from recengine.data.splits import Split
from recengine.training.recipes import recipe_for


def test_only_a_moment_that_was_recorded_joins_after_the_norm(
    cycle_dataset: Dataset, cycle_split: Split
) -> None:
    recorded = recipe_for("unified", cycle_dataset, cycle_split.train)
    assert recorded.settings["moment_joins"] == "interest"
    derived = replace(cycle_dataset, context_features=TIME_FEATURES)
    assert recipe_for("unified", derived, cycle_split.train).settings["moment_joins"] == "state"
