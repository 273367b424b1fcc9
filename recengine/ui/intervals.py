"""Measured values with their intervals on one axis, as markup that is there at once.

One row per ranker: a dot for the value, a band for its 95 % interval, the value written beside.
"""

import pandas as pd

from recengine.ui.text import markup

_ROOM = 1.04  # of the largest interval's end
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_MAX_TICKS = 6


def intervals(table: pd.DataFrame, chosen: str, *, percent: bool) -> str:
    """The rows, best on top; the ranker in use stands out by colour, shape and weight.

    Args:
        table: rows of `Quality.table` for one metric.
        chosen: name of the ranker in use.
        percent: whether values read as shares ("31%") or as numbers (".182").
    """
    end = float(table["high"].max()) * _ROOM
    rows = "".join(
        _row(row, end, percent, in_use=row["ranker"] == chosen)
        for row in table.sort_values("value", ascending=False).to_dict("records")
    )
    ticks = "".join(
        f'<span style="left:{tick / end:.2%}">{_written(tick, percent, tick=True)}</span>'
        for tick in _ticks(end)
    )
    lines = "".join(f'<i style="left:{tick / end:.2%}"></i>' for tick in _ticks(end))
    return (
        f'<div class="re-intervals"><div class="re-lines" aria-hidden="true">{lines}</div>'
        f'<div class="re-rows" role="list">{rows}</div>'
        f'<div class="re-ticks" aria-hidden="true">{ticks}</div></div>'
    )


def _row(row: dict, end: float, percent: bool, *, in_use: bool) -> str:
    value, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    bounds = f"{_written(low, percent)} to {_written(high, percent)}"
    said = f"{markup(row['label'])}: {_written(value, percent)}, between {bounds}"
    return (
        f'<div class="re-row{" re-in-use" if in_use else ""}" role="listitem" title="{said}">'
        f'<span class="re-row-name">{markup(row["label"])}</span><span class="re-axis">'
        f'<i class="re-band" style="left:{low / end:.2%};width:{(high - low) / end:.2%}"></i>'
        f'<i class="re-dot" style="left:{value / end:.2%}"></i>'
        f'<b style="left:{high / end:.2%}">{_written(value, percent)}</b></span></div>'
    )


def _ticks(end: float) -> list[float]:
    step = next((step for step in _STEPS if end / step < _MAX_TICKS), _STEPS[-1])
    return [step * place for place in range(int(end / step) + 1)]


def _written(value: float, percent: bool, *, tick: bool = False) -> str:
    if percent:
        return f"{value:.0%}" if tick else f"{value:.1%}"
    return f"{value:.2f}" if tick else f"{value:.3f}"
