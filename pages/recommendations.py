"""Recommendations: what would this person see now, and what does the moment change?"""

import streamlit as st

from recengine.ui import frame, listing

view = frame.open_page("recommendations")

listed, done = st.columns([0.68, 0.32], gap="large")
with listed:
    listing.draw_list(view)
with done:
    listing.draw_history(view)
