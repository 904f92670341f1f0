"""Explanations are true: what they say is checked by exhaustive search."""
