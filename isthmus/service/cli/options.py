"""Options that several commands share, and how they print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.snapshot import Snapshot
    from isthmus.graph.stores.protocol import Store

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="ISTHMUS_STORE",
        help="sqlite:///FILE, neo4j://HOST, neo4j+s://HOST or bolt://HOST. By default a file in your data folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOfOption = Annotated[
    int | None,
    typer.Option("--as-of", metavar="YEAR", min=1000, max=9999, help="The graph as it was at the end of that year."),
]


def open_existing(url: str) -> Store:
    """The store that the URL, or the settings, name. Raises ``StoreUnreachable`` where there is none yet."""
    return _open(url, create=False)


@contextmanager
def open_graph(url: str, as_of: int | None = None) -> Iterator[tuple[Store, Snapshot]]:
    """The store with its graph in memory, and with what earlier commands learned of it; what this one learns is kept."""
    from isthmus.service.graphs import snapshot_of
    from isthmus.service.learned import keep, recall

    with open_existing(url) as store:
        snapshot = recall(snapshot_of(store, as_of))
        yield store, snapshot
        keep(snapshot)


def open_or_create(url: str) -> Store:
    """The store that the URL, or the settings, name, made where there is none."""
    return _open(url, create=True)


def _open(url: str, *, create: bool) -> Store:
    from isthmus.graph.stores.open import open_store
    from isthmus.service.settings import settings

    return open_store(url or settings().store_url, create=create)


def print_json(value: Any) -> None:  # noqa: ANN401 - anything JSON can say
    """One JSON document on stdout, indented, UTF-8."""
    typer.echo(json_text(value), nl=False)


def json_text(value: Any) -> str:  # noqa: ANN401 - anything JSON can say
    """One JSON document, indented, with a line end."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
