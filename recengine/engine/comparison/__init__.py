"""Which ranker, which person, which moment: measured results, and two answers side by side."""
