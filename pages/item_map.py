"""Placeholder."""

import streamlit as st

from recengine.ui import frame

view = frame.open_page("item_map")

st.header("item_map")
st.write(view.answers.recommend(view.request).sentence)
