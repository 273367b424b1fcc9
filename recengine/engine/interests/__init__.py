"""Interests over time: by the calendar, in themes, and how far turning points can be trusted."""
