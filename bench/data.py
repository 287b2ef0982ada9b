"""Where the real data lies."""

import os
import sys
from pathlib import Path


def shared_data() -> Path:
    """The folder of real data: ``ISTHMUS_DATA``, or ``shared/data`` beside the project. Stops with a reason without it."""
    folder = Path(os.environ.get("ISTHMUS_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        sys.exit(f"real data not found in {folder}: set ISTHMUS_DATA to the folder that holds it")
    return folder
