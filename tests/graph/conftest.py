"""The tests of the graph share their samples (``samples.py``) and generated documents (``strategies.py``)."""
