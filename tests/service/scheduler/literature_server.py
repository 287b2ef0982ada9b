"""PubMed, Europe PMC, bioRxiv and PubTator on loopback, as far as their documentation says how they behave.

A library of made-up papers stands behind all four. ``faults`` are taken one by one by the requests whose path holds their
word: an answer that fails before the real one is given.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

NAMES = ("TP53", "EGFR", "BRCA1", "MYC", "KRAS", "PTEN", "AKT1", "TNF", "IL6", "VEGFA")


@dataclass(frozen=True)
class Paper:
    """One paper in all the forms that services give it. Days are YYYY-MM-DD."""

    pmid: int
    text: str
    entered: str
    changed: str = ""
    retracted: bool = False
    deleted: bool = False
    book: bool = False
    body: str = ""  # of the open full text

    @property
    def doi(self) -> str:
        return f"10.1101/{self.pmid}"


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


def paper(number: int, day: str, **more) -> Paper:
    """A paper that says one thing about two genes, another for each number."""
    one, other = NAMES[number % 10], NAMES[(number // 10 + number + 1) % 10]
    said = f"{one} activates {other} in human cells." if one != other else f"Curcumin inhibits {one} in human cells."
    return Paper(1000 + number, said, day, **more)


@dataclass
class Fault:
    """``kind``: a status, "cut" (fewer bytes than promised), "half" (half an answer, well sent), "slow"."""

    word: str
    kind: int | str
    retry_after: str = ""


@dataclass
class Library:
    """The papers, what goes wrong, and what was asked for."""

    papers: dict[int, Paper] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sessions: dict[str, list[int]] = field(default_factory=dict)
    searches: int = 0
    updates: dict[str, list[int]] = field(default_factory=dict)  # of update files, by number: PMIDs that were deleted
    session_lasts: int = 10**9  # efetches
    most: int = 10_000
    clock: float | None = None  # seconds since 1970, of the Date header
    lock: threading.Lock = field(default_factory=threading.Lock)
    used: Counter = field(default_factory=Counter)

    def add(self, *papers: Paper) -> None:
        for each in papers:
            self.papers[each.pmid] = each

    def revise(self, pmid: int, **changes) -> None:
        self.papers[pmid] = replace(self.papers[pmid], **changes)

    def asked_for(self, word: str) -> list[dict[str, str]]:
        return [parameters for path, parameters in self.asked if word in path]

    def between(self, first: str, last: str, datetype: str = "edat") -> list[Paper]:
        day = {"edat": lambda p: p.entered, "mdat": lambda p: p.changed or p.entered}[datetype]
        return [p for _, p in sorted(self.papers.items()) if first <= day(p) <= last]


def _article(p: Paper) -> str:
    if p.book:
        return f"<PubmedBookArticle><BookDocument><PMID>{p.pmid}</PMID><ArticleTitle>A chapter</ArticleTitle></BookDocument></PubmedBookArticle>"
    if p.deleted:
        return f'<DeleteCitation><PMID Version="1">{p.pmid}</PMID></DeleteCitation>'
    types = "<PublicationType>Retracted Publication</PublicationType>" if p.retracted else ""
    year, month, day = p.entered.split("-")
    return f"""<PubmedArticle><MedlineCitation><PMID Version="1">{p.pmid}</PMID><Article>
<Journal><JournalIssue><PubDate><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></PubDate></JournalIssue></Journal>
<ArticleTitle>A study of genes, number {p.pmid}</ArticleTitle><Abstract><AbstractText>{escape(p.text)}</AbstractText></Abstract>
<PublicationTypeList><PublicationType>Journal Article</PublicationType>{types}</PublicationTypeList></Article></MedlineCitation></PubmedArticle>"""


def esearch(library: Library, q: dict[str, str]) -> tuple[int, bytes]:
    first, last = q["mindate"].replace("/", "-"), q["maxdate"].replace("/", "-")
    found = [p.pmid for p in library.between(first, last, q["datetype"])]
    if "[uid]" in q["term"]:
        low, _, high = q["term"].rpartition(" ")[2].removesuffix("[uid]").partition(":")
        found = [pmid for pmid in found if int(low) <= pmid <= int(high)]
    library.searches += 1
    name = f"MCID_{library.searches}"
    library.sessions[name] = found
    return 200, json.dumps({"esearchresult": {"count": str(len(found)), "webenv": name, "querykey": "1"}}).encode()


def efetch(library: Library, q: dict[str, str]) -> tuple[int, bytes]:
    name = q["WebEnv"]
    library.used[name] += 1
    if name not in library.sessions or library.used[name] > library.session_lasts:
        library.sessions.pop(name, None)
        return 400, b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"
    start = int(q["retstart"])
    if start + 1 > library.most:
        return 400, b"<eFetchResult><ERROR>retstart is larger than the limit</ERROR></eFetchResult>"
    some = library.sessions[name][start : start + int(q["retmax"])]
    head = '<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.invalid/p.dtd">\n'
    articles = "\n".join(_article(library.papers[pmid]) for pmid in some)
    return 200, f"{head}<PubmedArticleSet>\n{articles}\n</PubmedArticleSet>\n".encode()


def europepmc(library: Library, q: dict[str, str]) -> tuple[int, bytes]:
    first, last = q["query"].rpartition("[")[2].rstrip("])").split(" TO ")
    found = sorted({p.pmid for kind in ("edat", "mdat") for p in library.between(first, last, kind)})
    start, size = (0 if q["cursorMark"] == "*" else int(q["cursorMark"][1:])), int(q["pageSize"])
    some = [library.papers[pmid] for pmid in found[start : start + size]]
    following = f"m{start + len(some)}" if some else q["cursorMark"]
    results = [
        {
            "id": str(p.pmid),
            "source": "MED",
            "pmid": str(p.pmid),
            "doi": p.doi,
            "title": f"A study of genes, number {p.pmid}",
            "abstractText": f"<h4>Findings</h4>{p.text}",
            "firstPublicationDate": p.entered,
            "pubTypeList": {"pubType": ["research-article", *(["Retracted Publication"] if p.retracted else [])]},
            **({"pmcid": f"PMC{p.pmid}", "isOpenAccess": "Y"} if p.body else {"isOpenAccess": "N"}),
        }
        for p in some
    ]
    return 200, json.dumps(
        {"hitCount": len(found), "nextCursorMark": following, "resultList": {"result": results}}
    ).encode()


def full_text(library: Library, pmid: int) -> tuple[int, bytes]:
    p = library.papers[pmid]
    return (
        200,
        f"<!DOCTYPE article><article><body><sec><title>Results</title><p>{p.body}</p><fig><p>A legend.</p></fig></sec></body></article>".encode(),
    )


def biorxiv(library: Library, path: str, page: int = 100) -> tuple[int, bytes]:
    _, _, server, first, last, at, _ = path.split("/")
    found = library.between(first, last) if server == "biorxiv" else []
    some = found[int(at) : int(at) + page]
    if not some:
        return 200, json.dumps({"messages": [{"status": "no posts found"}], "collection": []}).encode()
    entries = [
        {"doi": p.doi, "title": f"A preprint on genes, number {p.pmid}", "authors": "Doe, J. A.; Roe, R.", "date": p.entered,
         "version": "1", "type": "new results", "category": "genetics", "abstract": p.text, "server": server}
        for p in some
    ]  # fmt: skip
    told = {"status": "ok", "cursor": at, "count": len(some), "total": str(len(found))}
    return 200, json.dumps({"messages": [told], "collection": entries}).encode()


def pubtator_search(library: Library, q: dict[str, str]) -> tuple[int, bytes]:
    found = sorted(library.papers.values(), key=lambda p: (p.entered, p.pmid), reverse=True)
    at = (int(q["page"]) - 1) * 10
    results = [{"pmid": p.pmid, "title": "…", "date": f"{p.entered}T00:00:00Z"} for p in found[at : at + 10]]
    return 200, json.dumps({"results": results, "total_pages": -(-len(found) // 10)}).encode()


def pubtator_export(library: Library, q: dict[str, str]) -> tuple[int, bytes]:
    some = [library.papers[int(pmid)] for pmid in q["pmids"].split(",") if int(pmid) in library.papers]
    one = "{0}|t|A study of genes, number {0}\n{0}|a|{1}\n{0}\t0\t7\tA study\tSpecies\t9606\n\n"
    return 200, "".join(one.format(p.pmid, p.text) for p in some).encode()


def update_files(library: Library, name: str) -> tuple[int, bytes]:
    if not name:
        names = (f"pubmed{number}.xml.gz" for number in library.updates)
        return 200, "".join(
            f'<a href="{each}">{each}</a> <a href="{each}.md5">{each}.md5</a>' for each in names
        ).encode()
    gone = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in library.updates[name[6:13]])
    return 200, gzip.compress(f"<PubmedArticleSet><DeleteCitation>{gone}</DeleteCitation></PubmedArticleSet>".encode())


def answer(library: Library, path: str, q: dict[str, str]) -> tuple[int, bytes]:
    if path.endswith("/esearch.fcgi"):
        return esearch(library, q)
    if path.endswith("/efetch.fcgi"):
        return efetch(library, q)
    if path.endswith("/fullTextXML"):
        return full_text(library, int(path.split("/")[-2].removeprefix("PMC")))
    if path.startswith("/details/"):
        return biorxiv(library, path)
    if path == "/publications/export/pubtator":
        return pubtator_export(library, q)
    if path == "/search/":
        return pubtator_search(library, q)
    if path.startswith("/updates/"):
        return update_files(library, path.removeprefix("/updates/"))
    return europepmc(library, q) if path == "/search" else (404, b"no such page")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    library: Library

    def do_GET(self):
        parts = urlsplit(self.path)
        q = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        with self.library.lock:
            self.library.asked.append((parts.path, q))
            fault = next((each for each in self.library.faults if each.word in parts.path), None)
            if fault is not None:
                self.library.faults.remove(fault)
            status, body = (
                (fault.kind, b"busy") if fault and isinstance(fault.kind, int) else answer(self.library, parts.path, q)
            )
        if fault and fault.kind == "half":
            body = body[: len(body) // 2]
        packed = gzip.compress(body) if status == 200 and fault is None else body
        self.send_response(status)
        if packed is not body:
            self.send_header("Content-Encoding", "gzip")
        if fault and fault.retry_after:
            self.send_header("Retry-After", fault.retry_after)
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed[: len(packed) // 2] if fault and fault.kind == "cut" else packed)
        self.close_connection = True

    def date_time_string(self, timestamp=None):
        return formatdate(self.library.clock, usegmt=True)

    def log_message(self, *args):
        return


class LiteratureServer:
    """The server while it runs; ``environment`` are the settings that lead to it."""

    def __init__(self, library: Library | None = None) -> None:
        self.library = library or Library()
        handler = type("Bound", (Handler,), {"library": self.library})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.pair = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        services = ("PUBMED", "EUROPEPMC", "BIORXIV", "PUBTATOR")
        urls = {f"ISTHMUS_{each}_URL": f"http://{self.pair}" for each in services}
        return {**urls, "ISTHMUS_EGRESS_ALLOW": self.pair, "ISTHMUS_PUBMED_API_KEY": "a-key"}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
