"""Placeholder."""

import streamlit as st

from recengine.ui import frame

view = frame.open_page("why")

st.header("why")
st.write(view.answers.recommend(view.request).sentence)
