"""Hypotheses that live: proposed, reviewed, confirmed or refuted, with all that they rest on, so that they can be replayed."""
