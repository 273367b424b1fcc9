"""Pictures: a table in, a Plotly figure out; nothing here draws on a page."""
