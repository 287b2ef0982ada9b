"""MCP by streamable HTTP, at ``/mcp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from isthmus.service.graphs import Graphs

if TYPE_CHECKING:
    from mcp.server import MCPServer

router = APIRouter()


@router.post("/mcp", include_in_schema=False)
async def mcp(request: Request) -> Response:
    """One message of the protocol, and its answer. No sessions are kept, so that any replica may answer any message."""
    return _Answer(await _server(request))


class _Answer(Response):
    """What the SDK makes of the request."""

    def __init__(self, server: MCPServer) -> None:
        super().__init__()
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it. Hosts and origins are checked already, for all routes (``security.shield``)."""
        from mcp.server.transport_security import TransportSecuritySettings

        app = self._server.streamable_http_app(
            json_response=True,
            stateless_http=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        async with self._server.session_manager.run():  # a manager runs once; without sessions it holds nothing
            await app(scope, receive, send)


async def _server(request: Request) -> MCPServer:
    """Made with the first message: the SDK takes a second to import, and is an extra."""
    state = request.app.state
    if not hasattr(state, "mcp"):
        from isthmus.service.mcp.server import make_server

        graphs: Graphs = state.graphs
        state.mcp = await anyio.to_thread.run_sync(make_server, graphs)
    server: MCPServer = state.mcp
    return server
