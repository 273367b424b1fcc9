"""An axis on which the events of a history are numbered."""

from collections.abc import Sequence

import plotly.graph_objects as go

FEW = 10  # events that are each written at the axis: there are no halves of events


def number_events(figure: go.Figure, steps: Sequence[int]) -> None:
    """Let the axis run from the first event to the last, with room for their bars, and stand still.

    Args:
        figure: bars over the numbers of events.
        steps: these numbers; there may be none.
    """
    first, last = min(steps, default=0), max(steps, default=1)
    figure.update_xaxes(
        range=[first - 0.8, last + 0.8], showgrid=False, fixedrange=True,
        dtick=1 if last - first < FEW else None, title_text="Event number, oldest to newest",
    )  # fmt: skip
