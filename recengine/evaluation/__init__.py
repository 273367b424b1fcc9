"""Measuring: metrics from ranks, full ranking, and how sure a mean is."""
