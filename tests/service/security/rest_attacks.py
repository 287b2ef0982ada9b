"""Attacks on REST and the pages, each a request as it goes over the wire, by somebody whose key may do all.

``{key}`` is theirs. Others are in ``test_key_attacks`` (headers, hosts, smuggled bodies) and ``test_guard`` (origins).
"""

import gzip
import io
import json
import zipfile
from dataclasses import dataclass
from urllib.parse import quote

API = "/api/v1"
REFUSED = frozenset({400, 404, 422})
NAMED = "isthmus-escaped"  # no file of this name may be anywhere afterwards


@dataclass(frozen=True)
class Attack:
    """A request; the statuses that are harmless, and bytes that must be in no answer."""

    target: str
    method: str = "GET"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    status: frozenset[int] = REFUSED
    never: tuple[bytes, ...] = (b"root:x:",)


def sent(path, body, kind="application/json", status=REFUSED, method="POST", **more):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Attack(f"{API}/{path}", method, (f"content-type: {kind}",), content, frozenset(status), **more)


def xml(text, **more):
    return sent("documents", text.encode(), "application/xml", {422}, **more)


def form(filename, content=b"id\tname\tcategory\n"):
    head = f'--b\r\ncontent-disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    body = head + content + b"\r\n--b--\r\n"
    return sent("documents", body, "multipart/form-data; boundary=b", {200, 400, 422})


def zipped(content):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", content)
    return held.getvalue()


PATHS = {
    "up from an id": Attack(f"{API}/documents/../../../../etc/passwd"),
    "up from an id, encoded": Attack(f"{API}/documents/..%2f..%2f..%2f..%2fetc%2fpasswd"),
    "up from an id, encoded twice": Attack(f"{API}/documents/%252e%252e%252f%252e%252e%252fetc%252fpasswd"),
    "up from an id, overlong UTF-8": Attack(f"{API}/documents/%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afetc"),
    "an absolute path as an id": Attack(f"{API}/documents//etc/passwd"),
    "an address as an id": Attack(f"{API}/documents/file:///etc/passwd"),
    "up from a page's id": Attack("/documents/..%2f..%2f..%2fetc%2fpasswd"),
    "up from the static files": Attack("/static/..%2f..%2fapp.py", never=(b"create_app",)),
    "up from the static files, plain": Attack("/static/../../../pyproject.toml", never=(b"[project]",)),
    "up from the static files, backslashes": Attack("/static/..%5c..%5croutes.py", never=(b"APIRouter",)),
    "up from a schedule": Attack(f"{API}/schedules/..%2f..%2fkeys"),
    "up from a run": Attack(f"{API}/runs/..%2fkeys/documents"),
    "nought in an id": Attack(f"{API}/entities/CHEBI:6801%00.html"),
    "half a character in an id": Attack(f"{API}/entities/%ed%a0%80"),
    "no UTF-8 in an id": Attack(f"{API}/entities/%ff%fe"),
    "an id that is written from right to left": Attack(f"{API}/entities/%E2%80%AE1086:IBEHC"),
    "an id of 60,000 characters": Attack(f"{API}/entities/{'A' * 60_000}", status=frozenset({400, 404, 414})),
    "a template as an id": Attack("/entities/%7B%7B7*191%7D%7D", never=(b"1337",)),
    "every hypothesis that begins like this": Attack(f"{API}/hypotheses/%25%25%25%25%25%25"),
    "every watch that begins like this": Attack(f"{API}/watches/______"),
    "SQL as the id of a key": Attack(f"{API}/keys/'%20OR%20'1'='1"),
    "SQL as the id of a verdict": Attack(f"{API}/verdicts/x'%3B%20DROP%20TABLE%20entity%3B--", "DELETE"),
}

FILES = {
    "a file that wants to lie elsewhere": form(f"../../../../../../tmp/{NAMED}.tsv"),
    "a file that wants to lie at the root": form(f"/tmp/{NAMED}.tsv"),
    "a file of Windows": form(f"C:\\..\\..\\tmp\\{NAMED}.tsv"),
    "a file without a name": form("..", b"\x00\x01\x02"),
    "a file with nought in its name": form(f"{NAMED}.tsv\x00.xml"),
    "a name in the address": sent(
        f"documents?name=..%2f..%2ftmp%2f{NAMED}.tsv", b"x\ty\n", "text/tab-separated-values", {422}
    ),
    "a form without its boundary": sent("documents", b"--b\r\n\r\n", "multipart/form-data", {400, 422}),
    "a form of a thousand files": sent(
        "documents",
        b"".join(
            f'--b\r\ncontent-disposition: form-data; name="f"; filename="{n}"\r\n\r\nx\r\n'.encode()
            for n in range(1000)
        )
        + b"--b--\r\n",
        "multipart/form-data; boundary=b",
        {400, 422},
    ),
    "a form whose part has endless headers": sent(
        "documents", b"--b\r\nx: " + b"y" * 500_000, "multipart/form-data; boundary=b", {400, 422}
    ),
    "a bomb of gzip": sent("documents", gzip.compress(b"<a>" + b" " * 20_000_000), "application/gzip", {422}),
    "gzip in gzip in gzip": sent(
        "documents", gzip.compress(gzip.compress(gzip.compress(b"<a/>" * 9))), "application/gzip", {422}
    ),
    "half a gzip": sent("documents", gzip.compress(b"<a/>" * 5000)[:40], "application/gzip", {422}),
    "a bomb of zip": sent("documents", zipped(b" " * 20_000_000), "application/octet-stream", {422}),
    "a body that says it is compressed": Attack(
        f"{API}/score",
        "POST",
        ("content-type: application/json", "content-encoding: gzip"),
        gzip.compress(b'{"pairs": [{"a": "x", "c": "' + b"y" * 5_000_000 + b'"}]}'),
    ),
    "an entity that is a file": xml(
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><PubmedArticleSet><PubmedArticle>&x;</PubmedArticle></PubmedArticleSet>'
    ),
    "a parameter entity that asks elsewhere": xml(
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><PubmedArticleSet/>'
    ),
    "a billion laughs": xml(
        '<!DOCTYPE a [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
        + "]><PubmedArticleSet>&j;</PubmedArticleSet>"
    ),
    "an inclusion": xml(
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></a>'
    ),
    "a style sheet": xml('<?xml-stylesheet href="file:///etc/passwd"?><article/>'),
    "XML a hundred thousand deep": xml("<a>" * 100_000),
    "XML in UTF-7": xml('<?xml version="1.0" encoding="UTF-7"?>+ADw-article+AD4-'),
}

_LINK = {"from": "CHEBI:6801", "to": "MONDO:0005180"}


def _verdict(**more):
    return {"statement": "0" * 32, "verdict": "correct", "reviewer": "x", **more}


JSON = {
    "arrays 100,000 deep": sent("score", b"[" * 100_000),
    "objects 100,000 deep": sent("check-report", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a report 900 deep": sent("check-report", b'{"a":' * 900 + b"1" + b"}" * 900, status={200, 400, 422}),
    "a hypothesis 900 deep": sent("replay", b'{"hypothesis":' * 900 + b"{}" + b"}" * 900),
    "GraphQL variables 100,000 deep": Attack(
        "/graphql",
        "POST",
        ("content-type: application/json",),
        b'{"query":"{__typename}","variables":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        frozenset({400, 413, 422}),
    ),
    "one key twice": sent("score", b'{"pairs":[],"pairs":[{"a":"x","a":"y","c":"z"}]}', status={200, 422}),
    "not a number": sent("proposals", b'{"from":"CHEBI:6801","to":"MONDO:0005180","seconds":NaN}'),
    "infinity": sent("proposals", b'{"from":"CHEBI:6801","to":"MONDO:0005180","seconds":Infinity}'),
    "a number beyond all": sent("proposals", b'{"from":"CHEBI:6801","to":"MONDO:0005180","seconds":1e999}'),
    "a number of 10,000 digits": sent("proposals", b'{"from":"a","to":"b","max_hops":' + b"9" * 10_000 + b"}"),
    "a seed of 30 digits": sent("review/blind", {"reviewer": "x", "hops": 1, "seed": 10**30}),
    "not a number that is kept": sent("keys", b'{"scopes":["read"],"days":NaN}'),
    "a truth as a number": sent("proposals", {**_LINK, "max_hops": True}),
    "half a character in a name": sent("score", b'{"pairs":[{"a":"\\ud800","c":"x"}]}', status={200, 422}),
    "half a character in a link": sent("hypotheses", b'{"from":"\\ud800","to":"x"}'),
    "half a character that is kept": sent(
        "verdicts", json.dumps(_verdict(reviewer="\ud800", comment="\udfff")).encode()
    ),
    "half a character in a key's name": sent("keys", b'{"scopes":["read"],"name":"\\ud800"}', status={201, 400, 422}),
    "half a character in a schedule": sent(
        "schedules", b'{"name":"a","feed":"pubmed","query":"\\udc00"}', status={201, 422}
    ),
    "half a character in a question": sent("questions", b'{"question":"What links \\ud800 to x?"}', status={200, 422}),
    "half a character in a watch": sent("watches", b'{"from":"\\ud800","to":"CHEBI:6801"}'),
    "nought in what is kept": sent("verdicts", _verdict(reviewer="a\x00b", comment="\x00")),
    "no UTF-8": sent("score", b'{"pairs":[{"a":"\xff\xfe","c":"x"}]}'),
    "UTF-16": sent("score", '{"pairs":[{"a":"x","c":"y"}]}'.encode("utf-16"), status={200, 400, 422}),
    "nothing": sent("score", b""),
    "null": sent("score", b"null"),
    "10,001 pairs": sent("score", {"pairs": [{"a": "x", "c": "y"}] * 10_001}),
    "fields of an owner": sent("keys", {"scopes": ["read"], "id": "0" * 12, "revoked": "", "digest": "0" * 64}),
    "a scope that nobody has": sent("keys", {"scopes": ["root"]}),
    "a prototype": sent("watches", b'{"__proto__":{"admin":true},"gaps":true}'),
    "as a form of another page would send it": sent("watches", b'{"gaps":true}', "text/plain", {400, 415, 422}),
    "as a plain form": sent("keys", b"scopes=admin", "application/x-www-form-urlencoded", {400, 415, 422}),
    "a budget without end": sent("proposals", {**_LINK, "panel": False, "budget": "9" * 90 + "usd"}, status={200, 422}),
    "a question that goes in circles": sent("questions", {"question": "which drugs " * 40 + "?"}, status={200, 422}),
    "a plan for a year that is none": sent("proposals", {**_LINK, "as_of": 99999}),
}

_SEARCHES = {
    "a phrase that does not end": '"',
    "NEAR that does not end": "* NEAR(",
    "operators alone": "AND OR NOT",
    "a column": "{name id}: parkinson",
    "a column of Lucene": "name:/.*/ OR id:*",
    "everything of Lucene": "*:*",
    "a range of Lucene": "[* TO *] AND {a TO z}",
    "fuzziness of Lucene": "parkinson~99999999999",
    "a weight of Lucene": "parkinson^1e999",
    "escapes": "\\\\\\ \\u0000",
    "SQL": "' OR 1=1 --",
    "more SQL": "x'); DROP TABLE entity; --",
    "SQL's own search": "x' UNION SELECT * FROM entry --",
    "wildcards": "%_%_%",
    "500 brackets": "(" * 500,
    "500 stars": "*" * 500,
    "500 marks on one letter": "a" + "\u0301" * 499,
    "nought": "a\x00b",
    "a script": "<script>alert(1)</script>",
}
SEARCHES = {
    f"searched for: {name}": Attack(f"{API}/search?q={quote(words)}", status=frozenset({200}))
    for name, words in _SEARCHES.items()
}

CURSORS = {
    "a cursor of words": Attack(f"{API}/statements?cursor=AAAA", status=frozenset({422})),
    "a cursor of another list": Attack(f"{API}/statements?cursor=c2VhcmNoOjIw", status=frozenset({422})),
    "a cursor past all": Attack(
        f"{API}/search?q=a&cursor=c2VhcmNoOmFhLjk5OTk5OTk5OTk5OTk5OTk5OTk5LjE", status=frozenset({410, 422})
    ),
    "a cursor with a number of Arabia": Attack(
        f"{API}/search?q=a&cursor=c2VhcmNoOmFhLtmjLtmj", status=frozenset({200, 410, 422})
    ),
    "a cursor that is SQL": Attack(f"{API}/audit?cursor=ZW50cmllczonIE9SIDE9MSAtLQ", status=frozenset({200})),
    "a cursor that is no base 64": Attack(f"{API}/keys?cursor=%ff%00!!", status=frozenset({422})),
    "a cursor of 10,000 characters": Attack(f"{API}/keys?cursor={'A' * 10_000}", status=frozenset({422})),
    "a limit below nothing": Attack(f"{API}/statements?limit=-1", status=frozenset({422})),
    "a limit beyond all": Attack(f"{API}/statements?limit=99999999999999999999", status=frozenset({422})),
    "a limit that is SQL": Attack(f"{API}/statements?limit=1%20OR%201", status=frozenset({422})),
    "one parameter a thousand times": Attack(
        f"{API}/statements?{'&'.join(['limit=1'] * 1000)}", status=frozenset({200})
    ),
    "a thousand parameters": Attack(
        f"{API}/statements?{'&'.join(f'p{n}=1' for n in range(1000))}", status=frozenset({200})
    ),
}

ENTITY = f"{API}/entities/CHEBI:6801"
FINE = frozenset({200})
HEADERS = {
    "tags without end": Attack(
        ENTITY, headers=("if-none-match: " + 'W/"a", ' * 6000,), status=frozenset({200, 400, 431})
    ),
    "any tag": Attack(ENTITY, headers=("if-none-match: *",), status=frozenset({200, 304})),
    "a range of a list": Attack(ENTITY, headers=("range: bytes=0-0",), status=FINE),
    "a thousand ranges of a file": Attack(
        "/static/isthmus.css",
        headers=(f"range: bytes={','.join(['0-'] * 1000)}",),
        status=frozenset({200, 206, 400, 404, 416}),
    ),
    "forms without end": Attack(
        f"{API}/statements", headers=(f"accept: {'text/csv;q=0.000001,' * 1500}*/*",), status=frozenset({200, 406})
    ),
    "no form at all": Attack(f"{API}/statements", headers=("accept: ;;;,,,;q=",), status=frozenset({200, 406})),
    "a form that is a header": Attack(
        f"{API}/statements?format=csv%0d%0aset-cookie:%20a=b", status=frozenset({422}), never=(b"\nset-cookie: a=b",)
    ),
    "a file name that is a header": Attack(
        f"{API}/search?q=a%22%0d%0aset-cookie:%20a=b&format=csv", status=FINE, never=(b"\nset-cookie: a=b",)
    ),
    "encodings without end": Attack(ENTITY, headers=(f"accept-encoding: {'gzip;q=9,' * 3000}*",), status=FINE),
    "a charset that nobody has": sent("score", b'{"pairs":[]}', "application/json; charset=utf-7"),
    "a kind of 10,000 characters": sent("documents", b"x", "a" * 10_000, {422}),
    "an id of a request that is a line of the log": Attack(
        ENTITY, headers=('x-request-id: x","level":"error',), status=FINE, never=(b'x","level":"error',)
    ),
    "a trace that nobody sends": Attack(ENTITY, headers=("traceparent: 00-" + "z" * 5000,), status=FINE),
    "another host by what a proxy says": Attack(
        "/sign-in",
        headers=("x-forwarded-host: evil.example", "x-forwarded-proto: javascript"),
        status=FINE,
        never=(b"evil",),
    ),
    "a cookie of 30,000 characters": Attack(ENTITY, headers=("cookie: isthmus_pass=" + "a" * 30_000,), status=FINE),
    "a method that nobody has": Attack(ENTITY, "PROPFIND", status=frozenset({405})),
    "to be shown itself": Attack(ENTITY, "TRACE", status=frozenset({405})),
}

PAGES = {
    "a script that is searched for": Attack(
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", status=FINE, never=(b"<script>alert",)
    ),
    "a script as an id": Attack("/entities/%3Cscript%3Ealert(1)%3C%2Fscript%3E", never=(b"<script>alert",)),
    "a picture as a name": Attack(
        "/question/answer?from=%3Cimg%20src=x%20onerror=alert(1)%3E&to=x",
        status=frozenset({200, 404, 422}),
        never=(b"<img src=x",),
    ),
    "a link of script": Attack("/sign-in?next=javascript:alert(1)", status=FINE, never=(b"javascript:alert",)),
    "a script in a question": Attack(
        "/ask?q=%22%3E%3Csvg/onload=alert(1)%3E", status=frozenset({200, 422}), never=(b"<svg/onload",)
    ),
    "a header in a question": Attack(
        "/search?q=what%20is%20it%0d%0aset-cookie:%20a=b?", status=frozenset({200, 303}), never=(b"\nset-cookie: a=b",)
    ),
    "a verdict by a link": Attack("/statements/x/verdicts?kind=correct&reviewer=x", status=frozenset({404, 405})),
    "signing out by a link": Attack("/sign-out", status=frozenset({405})),
    "a run by a link": Attack(f"{API}/watches/run", status=frozenset({404, 405})),
}

ELSEWHERE = {
    "a feed that is an address": sent(
        "schedules", {"name": "a", "feed": "http://169.254.169.254/", "query": "x"}, status={422}
    ),
    "a feed of files": sent("schedules", {"name": "a", "feed": "folder", "query": "/etc"}, status={422}),
    "a feed by files of an address": sent(
        "schedules", {"name": "a", "feed": "folder", "query": "file:///etc"}, status={422}
    ),
    "a schedule of every instant": sent(
        "schedules", {"name": "a", "feed": "pubmed", "cron": "*/0 * * * *"}, status={422}
    ),
    "a schedule that never comes": sent(
        "schedules", {"name": "a", "feed": "pubmed", "cron": "0 0 30 2 *"}, status={422}
    ),
    "a schedule named to lie elsewhere": sent(
        "schedules", {"name": "../x", "feed": "pubmed", "query": "x"}, status={422}
    ),
    "a hook into the cloud's own": sent(
        "watches", {"gaps": True, "notify": ["webhook:http://169.254.169.254/latest/meta-data/"]}, status={422}
    ),
    "a hook into this machine's files": sent(
        "watches", {"gaps": True, "notify": ["webhook:file:///etc/passwd"]}, status={422}
    ),
    "a hook with a password": sent(
        "watches", {"gaps": True, "notify": ["webhook:https://a:b@127.0.0.1/"]}, status={422}
    ),
    "a letter to more than one": sent(
        "watches", {"gaps": True, "notify": ["mail:a@b.example\r\nBcc: c@d.example"]}, status={422}
    ),
    "a query of files": sent("cypher", {"query": "LOAD CSV FROM 'file:///etc/passwd' AS x RETURN x"}, status={409}),
}

ATTACKS = {**PATHS, **FILES, **JSON, **SEARCHES, **CURSORS, **HEADERS, **PAGES, **ELSEWHERE}
