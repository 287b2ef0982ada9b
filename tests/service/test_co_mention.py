"""What papers name together: counts against counts made by hand, and never a statement."""

import pytest
from graph.samples import Claim, paper
from starlette.testclient import TestClient

from isthmus.graph.model import Entity
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.app import create_app

FISH_OIL = Entity("CHEBI:1", "fish oil", Category.DRUG)
SALT = Entity("CHEBI:2", "plain salt", Category.DRUG)
VISCOSITY = Entity("GO:3", "blood viscosity", Category.BIOLOGICAL_PROCESS, ("thickness of blood",))
SPASM = Entity("GO:4", "vessel spasm", Category.BIOLOGICAL_PROCESS)
RAYNAUD = Entity("MONDO:5", "Raynaud disease", Category.DISEASE)
SECOND = Entity("MONDO:6", "Raynaud disease 2", Category.DISEASE)  # kin of the first by its name
GENE = Entity("HGNC:7", "GENEX", Category.GENE)

# Who is named in each paper, and when; one sentence names one thing, but for the claims.
PAPERS = {
    "pmid:1": (1980, [FISH_OIL, VISCOSITY]),
    "pmid:2": (1981, [FISH_OIL, VISCOSITY]),
    "pmid:3": (1982, [VISCOSITY, RAYNAUD]),
    "pmid:4": (1984, [VISCOSITY, RAYNAUD, SPASM]),
    "pmid:5": (1984, [SPASM, FISH_OIL]),
    "pmid:6": (1983, [SALT, SPASM]),
    "pmid:7": (1983, [SALT, RAYNAUD]),
    "pmid:8": (1983, [FISH_OIL, SECOND]),
    "pmid:9": (1983, [RAYNAUD, SECOND]),
    "pmid:10": (1983, [VISCOSITY, SECOND]),
}
TREATS = Claim(SALT, Predicate.TREATS, RAYNAUD, year=1983, text="Both plain salt and Raynaud disease are told of.")


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('mentions') / 'mentions.sqlite'}"
    read = [
        paper(one, *([TREATS] if one == "pmid:7" else []), names=tuple(named), date=f"{year}-05", entities=(GENE,))
        for one, (year, named) in PAPERS.items()
    ]
    with open_store(url, create=True) as opened:
        opened.write(read)
    return url


@pytest.fixture(scope="module")
def client(store):
    with TestClient(create_app(store), raise_server_exceptions=False) as opened:
        yield opened


def papers_of(*entities: Entity) -> int:
    return sum(all(entity in named for entity in entities) for _, named in PAPERS.values())


def jaccard(a: Entity, b: Entity) -> float:
    both = papers_of(a, b)
    return both / (papers_of(a) + papers_of(b) - both)


def smaller(a: Entity, b: Entity, c: Entity) -> float:
    return min(jaccard(a, b), jaccard(b, c))


def test_where_no_path_is_the_entities_named_with_both_stand_beside(isthmus, store):
    answer = isthmus("paths", "--from", "fish oil", "--to", RAYNAUD.id, "--store", store, "--json").json
    assert answer["paths"] == []
    found = answer["co_mention"]
    assert (found["kind"], found["documents"], found["latest"]) == ("co-mention", 0, [])
    # Another disease of that name is named with both, and is nearly the same thing.
    assert [one["entity"]["name"] for one in found["bridges"]] == ["blood viscosity", "vessel spasm"]
    assert [one["score"] for one in found["bridges"]] == pytest.approx(
        [smaller(FISH_OIL, one, RAYNAUD) for one in (VISCOSITY, SPASM)]
    )
    assert all(one["kind"] == "co-mention" for one in found["bridges"])
    first, second = found["bridges"][0]["legs"]
    assert (first["documents"], first["first_year"], first["last_year"], first["latest"]) == (
        2,
        1980,
        1981,
        ["pmid:2", "pmid:1"],
    )
    assert (second["documents"], second["read"]) == (2, True)


def test_papers_that_name_both_come_with_the_sentence_that_does(isthmus, store):
    question = ("paths", "--from", SALT.id, "--to", RAYNAUD.id, "--store", store, "--json")
    assert isthmus(*question).json["co_mention"] is None
    answer = isthmus(*question, "--co-mention").json
    assert [path["metapath"] for path in answer["paths"]] == ["Drug treats Disease"]
    found = answer["co_mention"]
    assert (found["documents"], found["sentences"], found["first_year"]) == (1, 1, 1983)
    assert found["latest"] == [
        {"document": "pmid:7", "title": "Report pmid:7", "year": 1983, "sentence": TREATS.text},
    ]
    assert found["measures"]["jaccard"] == pytest.approx(jaccard(SALT, RAYNAUD))


def test_a_paper_whose_sentences_name_one_each_shows_none(client):
    asked = {"from": "fish oil", "to": "thickness of blood"}
    found = client.get("/api/v1/paths", params=asked).json()["co_mention"]
    assert (found["documents"], found["sentences"]) == (2, 0)
    assert [(one["document"], one["sentence"]) for one in found["latest"]] == [("pmid:2", ""), ("pmid:1", "")]


def test_as_of_a_year_nothing_later_is_named(client):
    asked = {"from": FISH_OIL.id, "to": RAYNAUD.id, "as_of": 1983}
    found = client.get("/api/v1/paths", params=asked).json()
    assert found["co_mention"] is None  # no evidence of that year: neither was in the graph


def test_candidates_are_ranked_by_who_is_named_with_both(isthmus, store):
    question = ("candidates", "--for", "Raynaud disease", "--by", "co-mention", "--store", store, "--json")
    answer = isthmus(*question).json
    assert answer["by"] == "co-mention"
    scores = {one["name"]: one["score"] for one in answer["candidates"]}
    bridges = {FISH_OIL: (VISCOSITY, SPASM, SECOND), SALT: (SPASM,)}
    expected = {drug.name: sum(smaller(RAYNAUD, one, drug) for one in over) for drug, over in bridges.items()}
    assert scores == pytest.approx(expected)
    assert list(scores) == sorted(scores, key=lambda name: -scores[name])
    assert {one["name"]: (one["known"], one["documents"]) for one in answer["candidates"]} == {
        "fish oil": (False, 0),
        "plain salt": (True, 1),
    }
    assert all(one["kind"] == "co-mention" and "paths" not in one for one in answer["candidates"])
    new = isthmus(*question, "--new").json
    assert [one["name"] for one in new["candidates"]] == ["fish oil"]


def test_kin_are_no_candidates_unless_asked_for(client):
    asked = {"for": RAYNAUD.id, "category": "Disease", "by": "co-mention"}
    answer = client.get("/api/v1/candidates", params=asked).json()
    assert (answer["candidates"], answer["kin_left_out"]) == ([], 1)
    answer = client.get("/api/v1/candidates", params=asked | {"kin": True}).json()
    assert [one["id"] for one in answer["candidates"]] == [SECOND.id]
    assert answer["kin_left_out"] == 0


def test_statements_stay_what_candidates_are_ranked_by(isthmus, store, client):
    from_shell = isthmus("candidates", "--for", RAYNAUD.id, "--store", store, "--json").json
    assert from_shell["by"] == "statements"
    assert client.get("/api/v1/candidates", params={"for": RAYNAUD.id}).json() == {**from_shell, "cursor": ""}
    assert client.get("/api/v1/candidates", params={"for": RAYNAUD.id, "by": "hearsay"}).status_code == 422


def test_who_is_named_with_nobody_has_no_candidates(client):
    answer = client.get("/api/v1/candidates", params={"for": GENE.id, "by": "co-mention"}).json()
    assert answer["candidates"] == []


def test_tables_say_that_these_are_no_statements(isthmus, store):
    shown = isthmus("paths", "--from", "fish oil", "--to", RAYNAUD.id, "--store", store).out
    assert "co-mention" in shown
    assert "blood viscosity" in shown
    shown = isthmus("candidates", "--for", RAYNAUD.id, "--by", "co-mention", "--store", store).out
    assert "no statements" in shown
    assert "fish oil" in shown
