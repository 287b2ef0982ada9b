"""Isthmus: knowledge-graph synthesis for neuroscience and biomedicine."""

import os

__version__ = "0.1.0"

# ONNX Runtime marks this machine with an id and sends its maker what it does, from the moment it is
# imported. This turns it off, and has to come before that import; whoever sets the variable himself is heard.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
