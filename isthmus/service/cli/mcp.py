"""``isthmus mcp``: the graph as tools for a language model, by stdio."""

from __future__ import annotations

from contextlib import closing

from isthmus.service.cli.options import StoreOption, open_existing


def mcp(store: StoreOption = "") -> None:
    """Serve the graph to an assistant by the Model Context Protocol, on stdin and stdout; `serve` has it at /mcp as well."""
    from isthmus.service.graphs import Graphs
    from isthmus.service.mcp.server import make_server
    from isthmus.service.settings import settings

    open_existing(store).close()  # one that is away is told of now, not with the first question
    with closing(Graphs(store or settings().store_url)) as graphs:
        make_server(graphs).run("stdio")
