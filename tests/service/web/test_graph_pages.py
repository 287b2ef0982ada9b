"""Search, entity, statement, document and signing in, as a person uses them; and what hostile names and other sites try."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from service.awkward_graph import AWKWARD, DRUG, INHIBITS, PAPER, SAID
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.review.marking import Marked
from isthmus.service.security.keys import create_key, revoke_key
from isthmus.service.security.scope import Scope
from isthmus.service.security.sessions import COOKIE
from isthmus.service.web.pages import POLICY, registry_link
from isthmus.service.web.sign_in import _here
from isthmus.service.web.views import pieces

HTML = {"accept": "text/html"}
METFORMIN = "bb4d23d74acfa3963808858c3cac91e4"  # activates PRKAA1, in the story


@pytest.fixture
def awkward(tmp_path):
    url = f"sqlite:///{tmp_path}/g.sqlite"
    with open_store(url) as store:
        store.write([SAID])
    with TestClient(create_app(url), base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.headers.update(HTML)
        yield client, url


PAGES = (
    "/",
    "/search?q=calm",
    "/search/options?q=calm",
    f"/entities/{DRUG.id}",
    f"/statements/{INHIBITS.id}",
    f"/documents/{PAPER.id}",
    f"/fragments/statements/{INHIBITS.id}",
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
)


@pytest.mark.parametrize("path", PAGES)
def test_what_names_and_sentences_hold_is_text(awkward, path):
    client, _ = awkward
    page = client.get(path)
    assert page.status_code == 200, page.text
    assert page.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    for harm in ("<c>", "<script>alert", "\u202e", "\x00", "<x>"):
        assert harm not in page.text
    assert not re.search(r"<[^>]+\s(on\w+|style)=", page.text)


def test_marks_stand_where_the_sentence_is_certain_and_it_stays_whole():
    assert pieces(Marked("A b C.", (4, 5), (0, 1))) == [("A", "object"), (" b ", ""), ("C", "subject"), (".", "")]
    assert "".join(text for text, _ in pieces(Marked(AWKWARD, (2, 5), None))) == AWKWARD


@pytest.mark.parametrize("path", ["/entities/NOPE:1", "/statements/nope", "/documents/nope", "/fragments/statements/x"])
def test_what_is_not_there_is_told_on_a_page(awkward, path):
    page = awkward[0].get(path)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-request-id"] in page.text


def test_a_sentence_goes_to_where_questions_are_read(awkward):
    assert awkward[0].get("/search?q=what+links+a+and+b%3F").headers["location"].startswith("/ask?")


def test_a_key_is_asked_for_once_and_the_pass_ends_with_it(awkward):
    client, url = awkward
    with open_store(url) as store:
        key, text = create_key(store, [Scope.READ])
    away = client.get("/entities/CHEBI:1?sort=year")
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=%2Fentities%2FCHEBI%3A1%3Fsort%3Dyear")
    assert client.get("/api/v1/entities/CHEBI:1").status_code == 401
    wrong = client.post("/sign-in", data={"secret": "isthmus_wrong", "next": "/"})
    assert (wrong.status_code, COOKIE in client.cookies) == (401, False)
    right = client.post("/sign-in", data={"secret": text, "next": "/entities/CHEBI:1"})
    assert right.headers["location"] == "/entities/CHEBI:1"
    given = right.headers["set-cookie"]
    assert all(part in given for part in ("HttpOnly", "SameSite=strict"))
    assert text not in given
    assert client.get("/entities/CHEBI:1").status_code == 200
    assert client.get("/api/v1/entities/CHEBI:1").status_code == 200
    with open_store(url) as store:
        assert client.cookies[COOKIE] not in str([entry.value for entry in store.entries("session").items])
        revoke_key(store, key.id)
    assert client.get("/entities/CHEBI:1").status_code == 303


def test_a_pass_writes_from_this_site_alone(awkward):
    client, url = awkward
    with open_store(url) as store:
        _, text = create_key(store, [Scope.READ, Scope.REVIEW])
    client.post("/sign-in", data={"secret": text})
    path, said = f"/statements/{INHIBITS.id}/verdicts", {"kind": "correct", "reviewer": "Ada"}
    assert client.post(path, data=said).status_code == 401  # nobody says where it is from
    assert client.post(path, data=said, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post(path, data=said, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    with open_store(url) as store:
        assert not store.verdicts()
    assert client.post(path, data=said, headers={"origin": "http://127.0.0.1"}).status_code == 303
    with open_store(url) as store:
        assert [one.reviewer for one in store.verdicts()] == ["Ada"]
    client.post("/sign-out", headers={"origin": "http://127.0.0.1"})
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_signing_in_leads_nowhere_else(path):
    assert _here(path) == "/"


def test_only_registered_prefixes_lead_to_the_registry():
    assert registry_link("MONDO:1") == "https://bioregistry.io/MONDO:1"
    assert registry_link('text:gene/"x') == registry_link("MONDO:1 2") == ""


def test_a_name_is_chosen_by_keyboard_its_statement_read_and_judged(site, new_page):
    page = new_page()
    page.goto(f"{site}/")
    page.keyboard.type("parkin")
    page.wait_for_selector("#home-search-list [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entities/**")
    page.goto(f"{site}/statements/{METFORMIN}")
    assert page.locator("mark").count() >= 1
    assert page.inner_text(".belief").strip() == "0.90"
    page.fill("input[name=reviewer]", "Ada")
    page.click("button[value=wrong_direction]")
    page.wait_for_selector(".judge ul")
    assert float(page.inner_text(".belief")) < 0.9
    assert "wrong direction by Ada" in page.inner_text(".judge ul").replace("\n", " ")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_shuts_anybody_out_of_these_pages(site, new_page, theme):
    page = new_page(theme=theme)
    for path in (
        "/",
        "/search?q=parkinson",
        "/entities/MONDO:0005180",
        f"/statements/{METFORMIN}",
        "/documents/pmid:1001",
        "/sign-in",
    ):
        page.goto(f"{site}{path}")
        found = Axe().run(page).response["violations"]
        assert [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
        ] == [], path
