"""Watch-lists: stored questions and hypotheses that are scored anew after each ingest, and alerts that say what changed."""
