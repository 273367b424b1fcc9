"""Placeholder."""

import streamlit as st

from recengine.ui import frame

view = frame.open_page("recommendations")

st.header("recommendations")
st.write(view.answers.recommend(view.request).sentence)
