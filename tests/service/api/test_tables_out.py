"""Lists as CSV and TSV: all rows, flat columns, nothing that a spreadsheet would run, and a name that says what it is."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Modality, Statement
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api import tables_out
from isthmus.service.api.app import create_app
from isthmus.service.api.examples import DISEASE, DRUG, STATEMENT
from isthmus.service.api.flat import columns_of
from isthmus.service.api.tables_out import Form, NotAcceptable, accepted, harmless, written

LISTS = [
    "search?q=a",
    "statements?",
    f"entities/{DISEASE}/statements?",
    f"entities/{DRUG}/documents?",
    f"statements/{STATEMENT}/evidence?",
    "documents?",
    "documents/pmid:1001/mentions?",
    f"paths?from={DRUG}&to={DISEASE}",
    f"candidates?for={DISEASE}&category=Drug",
    f"candidates?for={DISEASE}&category=Drug&by=co-mention",
    "gaps?",
    "hypotheses?",
    "watches?",
    "alerts?",
    "schedules?",
    "review/queue?",
    "review/export?",
    "review/blind?",
    "verdicts?",
    "keys?",
    "audit?",
]


@pytest.fixture(scope="module")
def client(story_store):
    with TestClient(create_app(story_store)) as opened:
        yield opened


def rows_of(response, delimiter=","):
    return list(csv.DictReader(io.StringIO(response.text), delimiter=delimiter))


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("form", "media_type", "delimiter"), [("csv", "text/csv", ","), ("tsv", "text/tab-separated-values", "\t")]
)
def test_each_list_is_a_table_too(client, path, form, media_type, delimiter):
    page = client.get(f"/api/v1/{path}", headers={"Accept": "application/json"}).json()
    [items] = [page[name] for name in ("items", "paths", "candidates", "gaps") if name in page]
    by_accept = client.get(f"/api/v1/{path}", headers={"Accept": media_type})
    by_link = client.get(f"/api/v1/{path}&format={form}")
    for response in (by_accept, by_link):
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
        rows = rows_of(response, delimiter)
        assert int(response.headers["row-count"]) == len(rows) == len(items)
        assert response.headers["rows-cut"] == "false"
        for row, item in zip(rows, items, strict=True):
            for name, value in row.items():
                if isinstance(item.get(name), (str, int, float)) and not isinstance(item[name], bool):
                    assert value == str(item[name])


def test_the_columns_are_those_that_are_described(client):
    description = client.get("/openapi.json").json()["paths"]
    for path, methods in description.items():
        told = methods.get("get", {}).get("responses", {}).get("200", {})
        if "text/csv" not in told.get("content", {}):
            continue
        columns = re.findall(r"^\* `([^`]+)`", told["description"], re.MULTILINE)
        assert columns, path
    rows = client.get("/api/v1/statements?format=csv").text.splitlines()
    told = description["/api/v1/statements"]["get"]["responses"]["200"]["description"]
    assert rows[0].split(",") == re.findall(r"^\* `([^`]+)`", told, re.MULTILINE)


def test_a_table_has_all_rows_and_a_page_has_its_limit(client):
    assert len(client.get("/api/v1/statements?limit=2").json()["items"]) == 2
    assert len(rows_of(client.get("/api/v1/statements?format=csv"))) == 9
    few = client.get("/api/v1/statements?format=csv&limit=2")
    assert (len(rows_of(few)), few.headers["rows-cut"]) == (2, "true")


def test_a_table_goes_through_all_pages_and_ends_where_it_must(client, monkeypatch):
    monkeypatch.setattr(tables_out, "ROWS_A_PAGE", 2)
    whole = client.get("/api/v1/statements?format=csv")
    assert len({row["id"] for row in rows_of(whole)}) == 9
    monkeypatch.setattr(tables_out, "MOST_ROWS", 5)
    cut = client.get("/api/v1/statements?format=csv")
    assert (cut.headers["row-count"], cut.headers["rows-cut"]) == ("5", "true")


def test_its_name_says_what_was_asked_when_and_of_which_graph(client):
    response = client.get(f"/api/v1/candidates?for={DISEASE}&category=Drug&format=csv")
    today = datetime.now(UTC).date().isoformat()
    name = re.fullmatch(r'attachment; filename="([A-Za-z0-9.-]+)"', response.headers["content-disposition"])[1]
    graph = response.headers["graph-version"]
    assert name == f"isthmus-candidates-MONDO-0005180-Drug-{today}-graph-{graph}.csv"
    hostile = client.get("/api/v1/search", params={"q": '";\r\nSet-Cookie: a=b/../../etc', "format": "tsv"})
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9.-]+\.tsv"', hostile.headers["content-disposition"])
    assert "set-cookie" not in hostile.headers


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Form.JSON),
        ("*/*", Form.JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Form.JSON),
        ("text/csv", Form.CSV),
        ("TEXT/CSV; charset=utf-8", Form.CSV),
        ("text/*", Form.CSV),
        ("text/csv;q=0.5, text/tab-separated-values", Form.TSV),
        ("text/*;q=0.1, text/csv;q=0, application/json;q=0.05", Form.TSV),
        ("application/json;q=0, */*", Form.CSV),
        ("text/csv;q=nonsense", Form.CSV),
    ],
)
def test_the_form_that_is_liked_best(accept, form):
    assert accepted(accept) is form


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*;q=0", "image/*"])
def test_any_other_form_is_refused_with_the_choices(client, accept):
    with pytest.raises(NotAcceptable):
        accepted(accept)
    response = client.get("/api/v1/statements", headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json()["type"] == "urn:isthmus:problem:not-acceptable"
    assert response.json()["choices"] == ["application/json", "text/csv", "text/tab-separated-values"]


@given(st.one_of(st.text(), st.floats(allow_nan=False), st.integers(), st.none(), st.booleans()))
def test_no_text_begins_a_formula_and_numbers_stay_numbers(value):
    cell = harmless(value)
    if isinstance(value, str):
        assert cell.lstrip("'") == value.lstrip("'")
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    elif value is not None and not isinstance(value, bool):
        assert cell is value


class Inner(BaseModel):
    id: str
    name: str


class Row(BaseModel):
    id: str
    one: Inner | None
    many: list[Inner]
    tags: list[str]
    span: tuple[int, int] | None
    parts: dict[str, float]
    kind: Category
    sure: bool
    from_: int = Field(alias="from")
    left_out: list[dict[str, str]] = []


@given(st.lists(st.text(), max_size=5))
def test_what_is_written_is_read_back(texts):
    rows = [
        Row.model_validate(
            {
                "id": text,
                "one": {"id": "a", "name": text} if text else None,
                "many": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
                "tags": ["x", "y"],
                "span": (1, 2),
                "parts": {"p": 0.5},
                "kind": Category.GENE,
                "sure": True,
                "from": -3,
            }
        )
        for text in texts
    ]
    file, count = written(Row, rows, Form.TSV)
    with file:
        read = list(csv.DictReader(io.StringIO(file.read().decode(), newline=""), delimiter="\t"))
    assert count == len(rows)
    for text, row in zip(texts, read, strict=True):
        assert row["id"] == str(harmless(text)).encode("utf-8", "replace").decode()
        assert {name: value for name, value in row.items() if name not in ("id", "one_id", "one_name")} == {
            "many": "a|b",
            "many_names": "A|B",
            "tags": "x|y",
            "span": "1|2",
            "parts": '{"p":0.5}',
            "kind": "Gene",
            "sure": "true",
            "from": "-3",
        }
        assert row["one_id"] == ("a" if text else "")


def test_the_columns_of_a_model_do_not_depend_on_what_is_in_it():
    names = [column.name for column in columns_of(Row)]
    assert names == ["id", "one_id", "one_name", "many", "many_names", "tags", "span", "parts", "kind", "sure", "from"]


def test_a_name_that_is_a_formula_reaches_no_spreadsheet(tmp_path):
    url = f"sqlite:///{tmp_path / 'hostile.sqlite'}"
    formula = '=cmd|" /C calc"!A0'
    said = Statement.of("HGNC:1", Predicate.ACTIVATES, "HGNC:2")
    with open_store(url) as store:
        document = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "+1 formula", (), "2001")
        evidence = Evidence(said.id, "pmid:1", '@SUM(1)\ttext, with "quotes"\nand lines', "test", 0.9)
        entities = (Entity("HGNC:1", formula, Category.GENE), Entity("HGNC:2", "-two", Category.GENE))
        store.write([Extraction(document, "test", entities, (), (said,), (evidence,))])
    with TestClient(create_app(url)) as client:
        [found] = rows_of(client.get("/api/v1/search?q=cmd&format=csv"))
        assert found["name"] == f"'{formula}"
        [row] = rows_of(client.get(f"/api/v1/statements/{said.id}/evidence?format=tsv"), "\t")
        assert row["text"] == '\'@SUM(1)\ttext, with "quotes"\nand lines'
        assert float(row["score"]) == 0.9
        assert rows_of(client.get("/api/v1/documents?format=csv"))[0]["title"] == "'+1 formula"
