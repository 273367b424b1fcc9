"""What the item texts are worth: encoders that learn, smaller vectors, a re-ranker that reads."""
