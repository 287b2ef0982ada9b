"""What ONNX Runtime does besides running models."""

import os
import subprocess
import sys


def test_the_runtime_reports_to_nobody(tmp_path):
    kept = {
        name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }
    code = "from isthmus.extractors.models.session import open_session; open_session('relations')"
    subprocess.run([sys.executable, "-c", code], env=kept | {"HOME": str(tmp_path)}, timeout=120, check=True)
    assert list(tmp_path.rglob("*")) == []  # else a mark of this machine, and a file of what is to be sent
