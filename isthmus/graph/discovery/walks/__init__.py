"""Paths: counting them, finding the best, and what can be said of each."""
