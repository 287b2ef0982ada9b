"""How a page is made: one template engine that escapes what is put in, and a policy that lets nothing in from elsewhere."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from isthmus.service.kinds import kind, letter
from isthmus.service.panel.render import link_of, visible

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
_CURIE = re.compile(r"[A-Za-z][\w.]*:[\w.:-]+", re.ASCII)


def render(request: Request, template: str, code: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - of any template
    """A page. Every template is given ``path``, ``query`` and ``who``, the name of the key that is signed in."""
    caller = getattr(request.state, "caller", None)
    key = caller.key if caller else None
    given = {"path": request.url.path, "query": request.url.query, "who": (key.name or key.id) if key else "", **values}
    text = environment().get_template(template).render(given)
    headers = {"content-security-policy": POLICY, "cache-control": "private, no-cache"}
    return HTMLResponse(text, status_code=code, headers=headers)


@cache
def environment() -> Environment:
    """The engine of all pages; the body of a report is the panel's own template."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("isthmus.service.web"), PackageLoader("isthmus.service.panel")]),
        autoescape=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "words": lambda value: str(value).replace("_", " "),
        "link": link_of,
        "registry": registry_link,
        "kind": kind,
        "letter": letter,
        "segment": lambda text: quote(str(text), safe=":"),
        "query": lambda values: urlencode({name: value for name, value in values.items() if value not in (None, "")}),
    }
    made.globals["static"] = static_url
    return made


def registry_link(curie: str) -> str:
    """Where a CURIE leads, by Bioregistry; empty for what has no registered prefix.

    >>> registry_link("MONDO:0005180"), registry_link("text:gene/abc")
    ('https://bioregistry.io/MONDO:0005180', '')
    """
    return f"https://bioregistry.io/{curie}" if _CURIE.fullmatch(curie) and not curie.startswith("text:") else ""


@cache
def static_url(name: str) -> str:
    """The address of a file of ours, which changes with its content, so that it may be kept for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
