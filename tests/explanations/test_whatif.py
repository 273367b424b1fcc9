import pytest

from recengine.errors import ConfigError
from recengine.explanations.whatif import Variant, scored
from recengine.models.popularity import Popularity


def test_a_ranker_that_takes_seconds_is_not_asked_for_many_changes(
    cycle_data, history, monkeypatch
):
    ranker = Popularity.fit(cycle_data)
    once, often = [()], [(), (Variant(event=0),)]
    assert len(list(scored(ranker, history, often))) == 1  # one batch
    monkeypatch.setattr(Popularity, "slow", True)
    assert list(scored(ranker, history, once))
    with pytest.raises(ConfigError, match="Choose another ranker"):
        list(scored(ranker, history, often))
