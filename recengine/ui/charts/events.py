"""An axis on which the events of a history are numbered."""

import plotly.graph_objects as go

FEW = 10  # events that are each written at the axis: there are no halves of events


def number_events(figure: go.Figure, first: int, last: int) -> None:
    """Let the axis run from one event to another, with room for their bars, and stand still.

    Args:
        figure: bars over the numbers of events.
        first, last: numbers of the oldest and the newest event.
    """
    figure.update_xaxes(
        range=[first - 0.8, last + 0.8], showgrid=False, fixedrange=True,
        dtick=1 if last - first < FEW else None, title_text="Event number, oldest to newest",
    )  # fmt: skip
