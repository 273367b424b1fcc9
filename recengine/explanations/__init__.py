"""Why an item was ranked: each file is one way to say it."""
