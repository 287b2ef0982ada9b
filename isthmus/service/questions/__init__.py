"""Questions in plain language: read into a typed plan that is shown, and run by code. No text ever becomes a query.

``cues`` are the words that ask for something, ``spans`` which words of a question are taken by what, ``names`` the
entities that it names; ``rules`` (with ``relations`` and ``draft``) and ``model`` make the ``plan``, ``run`` answers it.
"""
