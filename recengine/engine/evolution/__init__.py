"""How tastes evolve: stretches of time, groups, pairs, and the lists of then."""
