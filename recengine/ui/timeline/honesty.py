"""How honest the intervals of a forecast are: the measured coverage, its picture, its table."""

import streamlit as st

from recengine.engine.forecasts.results import FutureTaste
from recengine.ui import widgets
from recengine.ui.charts.coverage import held
from recengine.ui.charts.fan import BANDS
from recengine.ui.text import plain
from recengine.ui.theme import Palette

_COLUMNS = {
    "ahead": "Ahead",
    "answers": "Answers",
    **{f"{kind}{band}": f"{band} % {word}" for kind, word in
       (("raw", "held as drawn"), ("held", "held, calibrated"), ("width", "mean width"))
       for band in BANDS},
    "pit": "Share in each tenth of the draws (PIT)",
}  # fmt: skip


def draw(future: FutureTaste, colours: Palette) -> None:
    """What was measured about the intervals on show, or that nothing was."""
    with st.container(border=True, key="card_honesty", gap="small"):
        st.markdown(f"**How often the intervals held** · {plain(future.coverage_sentence)}")
        if future.coverage.empty:
            return
        by_horizon = future.coverage.set_index("ahead", drop=False)
        at = by_horizon.loc[future.measured_at or by_horizon.index[0]]
        st.caption(
            f"Left: dots on the dotted lines keep their promise; pale ones rest on few answers. "
            f"Right: bars of one height mean honest draws. Intervals of 80 % were "
            f"{100 * at['width80']:.1f} points wide on average."
        )
        st.plotly_chart(
            held(future.coverage, at, colours),
            theme=None,
            config={"displayModeBar": False},
            key="forecast_held",
            alt=future.coverage_sentence,
        )
        widgets.numbers(
            future.coverage,
            "forecast_coverage",
            _COLUMNS,
            "How often intervals held what came, how wide they were, and the PIT histogram",
            "Numbers of the intervals",
        )
