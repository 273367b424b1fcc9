"""Vectors on a plane: layouts, places for new vectors, names of areas, and how far to trust it."""
