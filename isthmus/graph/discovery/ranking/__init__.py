"""Pairs ranked by all that speaks for them, and how good that ranking has been."""
