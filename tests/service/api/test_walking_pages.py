"""Whoever walks all pages of a list while somebody writes sees what was there all the time, once."""

import itertools

import pytest
from starlette.testclient import TestClient

from isthmus.graph.model import (
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Modality,
    Section,
    Statement,
)
from isthmus.graph.stores.open import open_store
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, now_in_utc
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.app import create_app
from isthmus.service.api.pages import SearchWalks

HUB, TARGET = "HGNC:1", "MONDO:1"
N = 11


def paper(number, pairs, *, year=2001, date=""):
    """A document that names entities side by side, and says of each pair that one activates the other."""
    ids = sorted({each for pair in pairs for each in pair})
    words = [f"thing {each.lower().replace(':', ' ')}" for each in ids]
    text = ". ".join(words)
    starts = list(itertools.accumulate([0, *(len(word) + 2 for word in words)]))[:-1]
    document = Document(
        f"pmid:{number}",
        DocumentKind.ARTICLE,
        Modality.LITERATURE,
        f"Paper {number}",
        (Section("", text),),
        date or str(year),
        authors=(f"Author {number}",),
    )
    offset = len(document.title) + 1
    mentions = tuple(
        Mention(offset + start, offset + start + len(word), word, kind(each), each, place, 0.9)
        for place, (each, word, start) in enumerate(zip(ids, words, starts, strict=True))
    )
    statements = tuple(Statement.of(a, Predicate.ACTIVATES, c) for a, c in pairs)
    evidence = tuple(
        Evidence(
            one.id, document.id, f"{one.subject} switched {one.object} on in paper {number}.", "test", 0.9, year=year
        )
        for one in statements
    )
    return Extraction(document, "test", tuple(map(entity, ids)), mentions, statements, evidence)


def kind(identifier):
    return {"HGNC": Category.GENE, "MONDO": Category.DISEASE, "CHEBI": Category.DRUG}[identifier.partition(":")[0]]


def entity(identifier):
    return Entity(identifier, f"thing {identifier.lower().replace(':', ' ')}", kind(identifier))


@pytest.fixture
def url(tmp_path):
    """Drugs that reach one disease by way of genes, in a paper each; the hub is named in all."""
    found = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    with open_store(found) as store:
        for number in range(N):
            drug, gene = f"CHEBI:{100 + number}", f"HGNC:{200 + number}"
            pairs = [(HUB, gene), (drug, gene), (gene, TARGET), (HUB, drug), (CHOSEN.subject, CHOSEN.object)]
            store.write([paper(1000 + number, pairs, year=1990 + number)])
    return found


CHOSEN = Statement.of("CHEBI:100", Predicate.ACTIVATES, "HGNC:200")


@pytest.fixture
def client(url, monkeypatch, tmp_path):
    monkeypatch.setenv("ISTHMUS_CACHE", str(tmp_path / "cache"))
    with TestClient(create_app(url)) as opened:
        yield opened


@pytest.fixture
def writer(url):
    """Writes one more paper each time: new entities before and after the others, and other ranks."""
    counter = itertools.count()
    with open_store(url) as store:

        def write():
            number = next(counter)
            favoured = f"CHEBI:{100 + (number * 4) % N}"
            pairs = [
                (favoured, HUB),
                (f"CHEBI:{number}", HUB),
                (favoured, f"HGNC:{900 + number}"),
                (f"HGNC:{900 + number}", TARGET),
                (CHOSEN.subject, CHOSEN.object),
            ]
            store.write([paper(500 + number, pairs, year=1985), paper(5000 + number, pairs, year=2015)])

        yield write


LISTS = {
    "search?q=thing": lambda row: row["id"],
    "statements?": lambda row: row["id"],
    f"entities/{HUB}/statements?": lambda row: row["id"],
    f"entities/{HUB}/statements?role=subject&": lambda row: row["id"],
    f"entities/{HUB}/documents?": lambda row: row["id"],
    f"statements/{CHOSEN.id}/evidence?": lambda row: row["id"],
    "documents?": lambda row: row["id"],
    f"documents?entity={HUB}": lambda row: row["id"],
    "documents/pmid:1003/mentions?": lambda row: row["id"],
}


def walk(client, path, key, *, between=lambda: None, size="limit=3", items="items"):
    seen, cursor = [], ""
    while True:
        response = client.get(f"/api/v1/{path}&{size}&cursor={cursor}")
        assert response.status_code == 200, response.text
        page = response.json()
        seen += [key(row) for row in page[items]]
        cursor = page["cursor"]
        if not cursor:
            return seen
        between()


@pytest.mark.parametrize("path", LISTS)
def test_a_walk_during_an_ingest_misses_and_repeats_nothing(client, writer, path):
    key = LISTS[path]
    whole = client.get(f"/api/v1/{path}&limit=500").json()["items"]
    before = {key(row) for row in whole}
    assert len(before) > 3
    seen = walk(client, path, key, between=writer)
    assert len(seen) == len(set(seen))
    after = {key(row) for row in client.get(f"/api/v1/{path}&limit=500").json()["items"]}
    assert before & after <= set(seen)


@pytest.mark.parametrize("by", ["statements", "co-mention"])
def test_pages_of_candidates_are_one_ranking_whatever_is_written(client, writer, by):
    path = f"candidates?for={TARGET}&category=Drug&by={by}"
    whole = [one["id"] for one in client.get(f"/api/v1/{path}&top=200").json()["candidates"]]
    assert len(whole) == N

    def between():  # twice at most: so many versions of a graph are held
        if writes:
            writes.pop()
            writer()

    writes = [1, 2]
    assert walk(client, path, lambda one: one["id"], between=between, size="top=4", items="candidates") == whole


def test_pages_of_paths_hold_each_path_once(client, writer):
    path = f"paths?from=CHEBI:100&to={TARGET}&max_hops=4"
    whole = client.get(f"/api/v1/{path}&top=200").json()["paths"]
    assert len(whole) > 10

    def steps(one):
        return tuple(each["id"] for each in one["statements"])

    seen = walk(client, path, steps, size="top=4", items="paths")
    assert len(seen) == len(set(seen))
    assert {steps(one) for one in whole} <= set(seen)


def test_a_ranking_whose_graph_is_gone_says_so(client, writer):
    path = f"/api/v1/candidates?for={TARGET}&category=Drug&top=2"
    cursor = client.get(path).json()["cursor"]
    for _ in range(6):
        writer()
        client.get(path)
    response = client.get(f"{path}&cursor={cursor}")
    assert (response.status_code, response.json()["type"]) == (410, "urn:isthmus:problem:stale-cursor")


def test_a_search_that_another_process_began_goes_on_or_says_so(client, writer):
    path = "/api/v1/search?q=thing&limit=3"
    first = client.get(path).json()
    client.app.state.search_walks = SearchWalks()  # as another process has none of this one's
    second = client.get(f"{path}&cursor={first['cursor']}").json()
    ids = [row["id"] for row in client.get("/api/v1/search?q=thing&limit=6").json()["items"]]
    assert [row["id"] for row in first["items"] + second["items"]] == ids
    writer()
    response = client.get(f"{path}&cursor={first['cursor']}")
    assert (response.status_code, response.json()["type"]) == (410, "urn:isthmus:problem:stale-cursor")


def test_a_page_that_is_asked_for_twice_is_the_same(client, writer):
    path = "/api/v1/search?q=thing&limit=3"
    second = f"{path}&cursor={client.get(path).json()['cursor']}"
    assert client.get(second).json()["items"] == client.get(second).json()["items"]


def test_documents_are_found_by_what_they_are(client, writer):
    writer()
    by_year = client.get("/api/v1/documents?year=2015").json()["items"]
    assert [one["id"] for one in by_year] == ["pmid:5000"]
    assert client.get("/api/v1/documents?modality=imaging").json() == {"items": [], "cursor": ""}
    assert client.get("/api/v1/documents?retracted=true").json()["items"] == []
    assert len(client.get(f"/api/v1/documents?entity={HUB}&retracted=false").json()["items"]) == N + 2


def test_a_statement_is_on_the_list_of_both_its_ends_once(client):
    either = walk(client, f"entities/{HUB}/statements?", lambda row: row["id"])
    of_subject = walk(client, f"entities/{HUB}/statements?role=subject&", lambda row: row["id"])
    of_object = walk(client, f"entities/{HUB}/statements?role=object&", lambda row: row["id"])
    assert sorted([*of_subject, *of_object]) == sorted(either)
    assert len(of_subject) == 2 * N


def test_verdicts_are_paged_oldest_first(client, url):
    with open_store(url) as store:
        for number in range(5):
            who = f"reviewer {number}"
            store.put_verdict(Verdict(CHOSEN.id, VerdictAbout.STATEMENT, VerdictKind.CORRECT, who, at=now_in_utc()))
    seen = walk(client, f"verdicts?target={CHOSEN.id}", lambda row: row["reviewer"], size="limit=2")
    assert seen == [f"reviewer {number}" for number in range(5)]


@pytest.mark.parametrize(
    "path", [*LISTS, "hypotheses?", "watches?", "alerts?", "schedules?", "verdicts?", "keys?", "audit?"]
)
def test_a_cursor_of_another_list_is_refused(client, path):
    other = "ZW52aWVzOng"
    response = client.get(f"/api/v1/{path}&cursor={other}")
    assert (response.status_code, response.json()["type"]) == (422, "urn:isthmus:problem:bad-cursor")
