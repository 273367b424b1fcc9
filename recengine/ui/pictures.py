"""The look of the pages that show pictures: the map, the timeline, the reasons."""

from pathlib import Path

import streamlit as st

_RULES = Path(__file__).with_suffix(".css").read_text("utf-8")


def style() -> None:
    """Put the rules on the page."""
    st.html(f"<style>{_RULES}</style>")
