"""What somebody says about a list: what it does at once, and whether it helps."""
