"""Subfields, the gaps between them, and what would bridge these."""
