"""How good the rankers are, as measured; nothing is claimed that no file of results says."""

import pandas as pd

from recengine.engine.assets import results_file
from recengine.engine.comparison.leaderboard import (
    DIFFERENCE_COLUMNS,
    ROW_COLUMNS,
    labels_of,
    leaderboard_of,
    protocol_sentence,
    sentence_of,
    table_of,
)
from recengine.engine.comparison.measurements import (
    SLICE_COLUMNS,
    Measurements,
    digest_of,
    read_measurements,
)
from recengine.engine.comparison.results import Leaderboard, Quality, StoredAnswers
from recengine.engine.state import State
from recengine.evaluation.protocols import PROTOCOLS, find_protocol

UNMEASURED = "Nobody has measured the rankers on this data yet."
SHOWN = ("ndcg@10", "hr@10", "mrr@10")


def measured_quality(state: State) -> Quality:
    """The figures kept for a dataset, or an empty table that says how to make them."""
    for protocol in PROTOCOLS:
        measured = _measured(state, protocol)
        if measured is not None and measured.rows:
            table = table_of(measured)
            return Quality(
                table=table[table["metric"].isin(SHOWN)].reset_index(drop=True),
                protocol=protocol_sentence(measured),
                made_with=measured.facts["made_with"],
                sentence=sentence_of(measured),
            )
    return Quality(
        table=pd.DataFrame(columns=ROW_COLUMNS),
        protocol="",
        made_with=f"recengine evaluate {state.dataset.name}",
        sentence=UNMEASURED,
    )


def measured_protocols(state: State) -> tuple[str, ...]:
    """Protocols with a file of results."""
    data, workspace = state.dataset, state.workspace
    return tuple(
        each for each in PROTOCOLS if results_file(data.name, each, workspace, data.fingerprint)
    )


def leaderboard(state: State, protocol: str, against: str) -> Leaderboard:
    """Every measured ranker under one protocol, each against the same baseline.

    Raises:
        UnknownNameError: no such protocol, or nobody measured the baseline.
    """
    find_protocol(protocol)
    measured = _measured(state, protocol)
    if measured is not None and measured.rows:
        return leaderboard_of(measured, against)
    return Leaderboard(
        table=pd.DataFrame(columns=[*ROW_COLUMNS, *DIFFERENCE_COLUMNS[2:], "verdict"]),
        metrics={},
        slices=pd.DataFrame(columns=SLICE_COLUMNS),
        baseline="",
        facts={},
        protocol="",
        made_with=f"recengine evaluate {state.dataset.name} --protocol {protocol}",
        sentence=UNMEASURED,
    )


def stored_answers(state: State, protocol: str) -> StoredAnswers | None:
    """The answers kept beside the figures, if they are about the data that is loaded."""
    measured = _measured(state, protocol)
    if measured is None or measured.answers is None:
        return None
    if measured.facts["data_fingerprint"] != state.dataset.fingerprint:
        return None
    kept, labels = measured.answers, labels_of(measured)
    asked = state.split(protocol).test
    if digest_of(asked) != kept.questions:  # the rules changed since
        return None
    return StoredAnswers(
        users=asked.users,
        targets=asked.targets,
        ranks={name: each.ranks[0].astype("int32") for name, each in kept.rankers.items()},
        lists={n: each.lists for n, each in kept.rankers.items() if each.lists is not None},
        labels={name: labels.get(name, name) for name in kept.rankers},
    )


def _measured(state: State, protocol: str) -> Measurements | None:
    data = state.dataset
    return read_measurements(data.name, protocol, state.workspace, data.fingerprint)
