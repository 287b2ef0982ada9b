"""Other Python processes that see the modules of the tests as this one does."""

import os
import subprocess
import sys


def start_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run code in a process of its own; what it prints and what it complains of can be read from it."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
