"""The dashboard: its pages, in the order of the menu, inside one frame.

Run it with `recengine demo`, or plainly with `streamlit run app.py`.
"""

from pathlib import Path

import streamlit as st

from recengine.ui import frame

assets = Path(__file__).parent / "assets"
st.set_page_config(
    page_title="recengine",
    page_icon=assets / "icon.svg",
    layout="wide",
    initial_sidebar_state=332,
)

page = st.navigation(
    [
        st.Page(
            "pages/overview.py",
            title="Overview",
            icon=":material/space_dashboard:",
            default=True,
            help="What is loaded, whether the model deserves trust, where to begin.",
        ),
        st.Page(
            "pages/recommendations.py",
            title="Recommendations",
            icon=":material/recommend:",
            help="What this person would see now, and what the moment changes.",
        ),
        st.Page(
            "pages/item_map.py",
            title="Item map",
            icon=":material/bubble_chart:",
            help="How the catalogue looks to this person now.",
        ),
        st.Page(
            "pages/timeline.py",
            title="Timeline",
            icon=":material/timeline:",
            help="How the taste moved, and the events that moved it.",
        ),
        st.Page(
            "pages/why.py",
            title="Why this?",
            icon=":material/help_center:",
            help="Why one item is in the list, in parts that add up to its score.",
        ),
        st.Page(
            "pages/compare.py",
            title="Compare",
            icon=":material/compare_arrows:",
            help="Which ranker, which person, which moment: held side by side.",
        ),
    ],
    position="top",
)

frame.draw(assets / "logo.svg", page.url_path)
with frame.calm_errors():
    page.run()
