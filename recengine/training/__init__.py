"""From an untrained model to a file of weights: losses, the loop, recipes, checkpoints."""
