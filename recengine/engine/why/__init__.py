"""Why is it here: every question that begins with why, and whether its answers can be trusted."""
