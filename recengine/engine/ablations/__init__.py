"""What each part of the unified ranker is worth, measured by leaving it out."""
