"""Every check of a store and of what Isthmus needs besides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from isthmus.errors import IsthmusError
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Counts
from isthmus.service.doctor.check import Check, checked
from isthmus.service.doctor.feeds import feed_looks
from isthmus.service.doctor.keys import key_looks
from isthmus.service.doctor.parts import part_looks
from isthmus.service.doctor.stores import store_looks
from isthmus.service.security.hidden import without_secrets
from isthmus.service.settings import settings


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


def diagnose(store_url: str, *, online: bool = False) -> Diagnosis:
    """Look at every part. Never raises for a part that is broken: that is what it reports.

    With ``online`` the language model is asked a word, which may cost something; else nothing is sent to anybody.
    """
    counts, fingerprint = None, None
    of_store: tuple[Check, ...] = ()
    shown = _without_password(store_url)
    try:
        with open_store(store_url, create=False) as store:
            shown, counts, fingerprint = store.url, store.counts(), store.graph_hash()
            of_store = (
                *checked(store_looks(store)),
                *checked(feed_looks(store, settings())),
                *checked(key_looks(store, store_url, settings())),
            )
        first = Check("store", True, f"{counts.documents:,} documents, {counts.statements:,} statements")
    except IsthmusError as error:
        first = Check("store", False, without_secrets(str(error)))
    parts: Iterable[Check] = checked(part_looks(store_url, settings(), online=online))
    return Diagnosis(shown, fingerprint, counts, (first, *parts, *of_store))


def mend(store_url: str) -> None:
    """Make indexes of a store anew that are missing or failed: all that can be mended without a person's choice."""
    with open_store(store_url, create=False) as store:
        store.make_indexes()


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url
