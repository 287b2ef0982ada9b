"""Run every benchmark, one after the other, and print their figures as one JSON document.

python -m bench.all [NAME …]
"""

import json
import subprocess
import sys

NAMES = ("ingest", "store_load", "discovery", "extraction")


def main() -> None:
    figures = {}
    for name in sys.argv[1:] or NAMES:
        print(f"bench.{name} …", file=sys.stderr)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, check=True)
        figures[name] = json.loads(done.stdout)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
