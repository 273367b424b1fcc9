"""Which features of the moment matter, measured."""
