"""Take in somebody's own tables: read, map, validate, clean, and say what was wrong.

raw_files, times -> mapping (or guess) -> validation -> interactions, items, people
"""
