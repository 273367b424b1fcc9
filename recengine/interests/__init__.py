"""What a person's interests are, how they move, whether their dates mean anything, whom to meet.

Pure functions on arrays: no ranker is known here, only the vectors that one produced.
"""
