"""Run where a small file system may be mounted: a server whose disk fills, and then has room again. Prints JSON.

python on_a_full_disk.py FOLDER: mounts on it, which takes a mount namespace of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from starlette.testclient import TestClient

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.open import open_store
from isthmus.service import graphs
from isthmus.service.api.app import create_app

TRIES = 60


def sized(folder: Path, size: str, *how: str) -> None:
    options = ",".join((*how, f"size={size}"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)


def full(folder: Path) -> None:
    """Until not a byte more goes in."""
    with (folder / "filler").open("ab", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def kept(url: str) -> dict:
    with open_store(url) as store:
        return {
            "judged": len(store.verdicts()),
            "written_down": len(store.entries(EntryKind.AUDIT, limit=500).items),
            "hash": store.graph_hash(),
            "statements": store.counts().statements,
        }


def scene(folder: Path) -> dict:
    disk, temporary, cache = (folder / name for name in ("disk", "temporary", "cache"))
    for each in (disk, temporary, cache):
        each.mkdir()
        sized(each, "4m")
    full(cache)
    url, told = f"sqlite:///{disk / 'graph.sqlite'}", {}
    tempfile.tempdir = str(temporary)
    os.environ |= {"ISTHMUS_CACHE": str(cache), "ISTHMUS_WORKERS": "1"}
    graphs.snapshot_of = partial(graphs.snapshot_of, worth_saving=1)  # so that the cache is wanted
    paper = {"documents": [{"id": "pmid:1", "title": "GBA1 and tau", "text": "Ambroxol inhibits GBA1."}]}
    open_store(url).close()
    with TestClient(create_app(url), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:

        def said(answer) -> list:
            body = answer.json() if "json" in answer.headers["content-type"] else {}
            return [answer.status_code, answer.headers["content-type"], body.get("type", ""), body.get("detail", "")]

        told["before"] = said(client.post("/api/v1/documents?profile=fast", json=paper))
        told["kept_before"] = kept(url)
        full(disk)
        more = {"documents": [{"id": "pmid:2", "title": "MAPT and tau", "text": "Curcumin inhibits MAPT."}]}
        for _ in range(TRIES):  # the log may have had room for a little
            told["full"] = said(client.post("/api/v1/documents?profile=fast", json=more))
            if told["full"][0] != 200:
                break
        told["read_while_full"] = said(client.get("/api/v1/documents/pmid:1"))
        told["health_while_full"] = said(client.get("/health"))
        told["ready_while_full"] = said(client.get("/ready"))
        told["kept_while_full"] = kept(url)
        sized(disk, "64m", "remount")
        told["after"] = said(client.post("/api/v1/documents?profile=fast", json=more))
        told["kept_after"] = kept(url)
        told["cache_full"] = said(client.get("/api/v1/candidates?for=HGNC:4177&category=Drug"))
        full(temporary)
        big = {"documents": [{"id": "pmid:3", "title": "Long", "text": "GBA1 is seen. " * 100_000}]}
        told["no_room_for_what_is_sent"] = said(client.post("/api/v1/documents?profile=fast", json=big))
        told["health_after"] = said(client.get("/health"))
        (temporary / "filler").unlink()
        told["room_again"] = said(client.post("/api/v1/documents?profile=fast", json=paper))
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(scene(Path(sys.argv[1])), indent=1))
