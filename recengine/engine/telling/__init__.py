"""Answers in words: sentences by templates, and what a language model may reword."""
