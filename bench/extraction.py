"""Everything that is known of how well text is read, as one JSON document: `python -m bench.extraction [PART …]`.

Runs the programs below one after the other; each prints the form before beside ours. All on development documents.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

PARTS = {
    "names": "extraction_f1",
    "identifiers": "measures_ids",
    "relations": "measures_relations",
    "sentences": "measures_sentences",
    "belief": "measures_belief",
    "speed": "measures_speed",
}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default all")
    wanted = options.parse_args().parts or list(PARTS)
    if unknown := sorted(set(wanted) - set(PARTS)):
        options.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    figures = {}
    for part in wanted:
        print(f"bench.{PARTS[part]} …", file=sys.stderr)
        done = subprocess.run([sys.executable, "-m", f"bench.{PARTS[part]}"], stdout=subprocess.PIPE, check=True)
        figures[part] = json.loads(done.stdout)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
