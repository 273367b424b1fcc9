"""Where data comes from, what it looks like inside, and where it is kept.

sources -> movielens | storefront | tables (one's own, through intake) -> Dataset -> splits
"""
