"""The dashboard: everything that knows Streamlit and Plotly."""
