"""Placeholder."""

import streamlit as st

from recengine.ui import frame

view = frame.open_page("overview")

st.header("overview")
st.write(view.answers.recommend(view.request).sentence)
