"""How far turning points can be trusted, in words; figures as `measure_turns` keeps them."""

from typing import Any

TOLERANCE = 3  # events beside the truth, of those measured
_EVERYBODY, _ONLY_JUMPS = "all", "no slow change"


def turn_sentence(measured: dict[str, Any]) -> str:
    """The measured trust in one sentence."""
    row, alarms = _row(measured, _ONLY_JUMPS), alarm_sentence(measured)
    if row is None:
        return f"{alarms[:1].upper()}{alarms[1:]}."
    return (
        f"Of 100 turns found, {row['precision'] * 100:.0f} lie within three events of a true "
        f"jump; of 100 jumps {row['recall'] * 100:.0f} are found so, where somebody who knew all "
        f"but the place would find {row['ceiling'] * 100:.0f}; {alarms}."
    )


def truth_sentence(measured: dict[str, Any]) -> str:
    """Precision and recall on data whose truth is known; empty where it is not."""
    strict, loose = _row(measured, _ONLY_JUMPS), _row(measured, _EVERYBODY)
    if strict is None or loose is None:
        return ""
    return (
        f"Where the truth is known ({measured['dataset']}) and tastes only jump, precision is "
        f"{strict['strict_precision']:.2f} and recall {strict['recall']:.2f} within three events "
        f"({strict['people']:,} people, {strict['found']:,} turns found); over all "
        f"{loose['people']:,} people, counting turns within slow changes as true, precision is "
        f"{loose['precision']:.2f}."
    )


def alarm_sentence(measured: dict[str, Any]) -> str:
    """How often a turn is seen where there is none."""
    return (
        f"of histories in random order {measured['with_turn_if_shuffled']:.1%} seem to have a "
        f"turn, of the real ones {measured['with_turn']:.0%}"
    )


def _row(measured: dict[str, Any], group: str) -> dict[str, Any] | None:
    """Figures of one group at the tolerance; None where something of it is not known."""
    for row in measured["against_truth"]:
        if (row["group"], row["tolerance"]) == (group, TOLERANCE):
            return None if None in row.values() else dict(row)
    return None
