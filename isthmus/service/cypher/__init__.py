"""Cypher from outside, read only: checked as text, then by the plan that the server makes of it, then run within limits."""
