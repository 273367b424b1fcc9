"""Overview: what is loaded, does the model deserve trust, where do I begin?"""

import streamlit as st

from recengine.ui import frame, welcome

view = frame.open_page("overview")

welcome.draw_facts(view)
trust, poster = st.columns(2, gap="small")
with trust:
    welcome.draw_quality(view)
with poster:
    welcome.draw_poster(view)
welcome.draw_doors(view)
welcome.draw_stories(view)
welcome.draw_credit(view)
