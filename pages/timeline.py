"""Placeholder."""

import streamlit as st

from recengine.ui import frame

view = frame.open_page("timeline")

st.header("timeline")
st.write(view.answers.recommend(view.request).sentence)
