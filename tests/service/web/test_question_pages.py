"""Asking in a real browser: by keyboard, with filters, in words, with names that would do harm."""

import json
import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from server_process import serving
from service.awkward_graph import SAID

from isthmus.graph.stores.open import open_store

QUESTION = "/question?from=CHEBI:6801&to=MONDO:0005180&max_hops=4"


@pytest.fixture(scope="module")
def awkward_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("awkward")
    url = f"sqlite:///{folder / 'graph.sqlite'}"
    with open_store(url) as store:
        store.write([SAID])
    with serving(url, folder / "log", ISTHMUS_CACHE=str(folder)) as port:
        yield f"http://127.0.0.1:{port}"


def test_a_question_asked_by_keyboard_is_drawn_in_columns_by_hop(site, new_page):
    page = new_page()
    page.goto(f"{site}/question")
    page.focus("#f-from")
    page.keyboard.type("metf")
    page.wait_for_selector('#f-from-list [role="option"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#f-from") == "metformin"
    page.focus("#f-to")
    page.keyboard.type("Parkinson disease")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector("svg.picture")
    told = httpx.get(f"{site}/api/v1/paths", params={"from": "CHEBI:6801", "to": "MONDO:0005180"}).json()["paths"]
    boxes = page.eval_on_selector_all(
        "svg.picture .box", "all => all.map(b => [b.querySelector('title').textContent, b.getBoundingClientRect().x])"
    )
    x = {re.search(r", ([^,]*)\)$", title)[1]: left for title, left in boxes}
    assert x.keys() == {node["id"] for path in told for node in path["nodes"]}
    for path in told:
        columns = [x[node["id"]] for node in path["nodes"]]
        assert columns == sorted(set(columns))
    assert page.locator("ol.ranked > li").count() == len(told)


def test_a_click_on_a_line_or_a_hop_shows_its_sentence_with_marks(site, new_page):
    page = new_page()
    page.goto(site + QUESTION)
    page.locator("svg.picture a[data-statement]", has_text="metformin activates PRKAA1").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer .quote")
    assert "Metformin switched AMPK on" in page.inner_text("#drawer")
    assert page.locator("#drawer mark.m-subject").inner_text().endswith("Metformin")
    page.keyboard.press("Escape")
    item = page.locator("ol.ranked > li").first
    item.locator("> details > summary").click()
    item.locator("details.hop > summary").first.click()
    page.wait_for_selector("details.hop mark.m-subject")
    item.hover()
    lit = page.locator("svg.picture .line:not(.dim)").count()
    assert lit == page.locator("ol.ranked > li").first.locator(".way a.says").count()


def test_the_picture_can_be_moved_about_and_saved(site, new_page):
    page = new_page(accept_downloads=True)
    page.goto(site + QUESTION)
    page.click("[data-interactive]")
    page.wait_for_function("document.querySelector('.canvas').network?.nodes().length > 0")
    columns = page.evaluate(
        "document.querySelector('.canvas').network.edges().map(e => [e.source().position('x'), e.target().position('x')])"
    )
    assert all(one != other for one, other in columns)
    page.click("[data-interactive]")
    for selector, ending, starts in (
        ("a[href*='picture.svg']", ".svg", b"<?xml"),
        ("a[href*='picture.cyjs']", ".cyjs", b"{"),
        ("[data-png]", ".png", b"\x89PNG"),
    ):
        with page.expect_download() as saved:
            page.click(selector)
        assert saved.value.suggested_filename.endswith(ending)
        assert Path(saved.value.path()).read_bytes().startswith(starts)


def test_without_scripts_the_answer_comes_whole(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(site + QUESTION)
    page.wait_for_url("**whole=true")
    assert page.locator("svg.picture .box").count() >= 3
    assert "Metformin switched AMPK on" in page.content()


def test_filters_are_in_the_address_and_say_what_they_left_out(site, new_page):
    page = new_page()
    page.goto(site + QUESTION)
    page.wait_for_selector("ol.ranked")
    page.fill("[name=least]", "0.99")
    page.click("text=Find paths")
    page.wait_for_selector("text=paths are such ones")
    assert "least=0.99" in page.url
    page.click("text=show all")
    page.wait_for_selector("ol.ranked")
    assert "least" not in page.url


def test_an_ambiguous_name_offers_its_choices(site, new_page):
    told = httpx.get(f"{site}/question", params={"from": "metformin", "to": "AD"})
    assert told.status_code == 409
    page = new_page().context.new_page()  # whose 409 is no complaint
    page.goto(f"{site}/question?from=CHEBI:53289&to=AD")
    page.locator(".hits").get_by_role("link", name="Alzheimer disease").click()
    page.wait_for_selector("svg.picture")
    assert page.input_value("#f-to") == "Alzheimer disease"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/question?from=metformin&to=nobody", 404, "is not in this graph"),
        ("/question?from=metformin&to=metformin&whole=true", 422, "request "),
        ("/question/answer?from=metformin&to=metformin", 422, 'role="alert"'),
        ("/question?from=metformin&to=SNCA&max_hops=9", 422, "max_hops"),
        ("/question/answer?from=metformin&to=SNCA&as_of=x", 422, 'role="alert"'),
        ("/candidates?for=nobody", 404, "is not in this graph"),
        ("/candidates?for=SNCA&category=Nonsense", 422, "category"),
        ("/question/sentences/nothing", 404, "load the page again"),
        ("/ask?q=colourless+green", 422, "For instance"),
        ("/question?from=CHEBI:6801&to=HGNC:108&whole=true", 200, "No path of 3 hops or fewer"),
    ],
)
def test_mistakes_are_told_in_words(site, path, status, words):
    told = httpx.get(site + path)
    assert told.status_code == status
    assert told.headers["content-type"].startswith("text/html")
    assert words in told.text


def test_candidates_are_ranked_with_their_parts(site, new_page):
    page = new_page()
    page.goto(f"{site}/candidates?for=MONDO:0004975&category=Drug")
    page.wait_for_selector("table.grid tbody tr")
    told = httpx.get(f"{site}/api/v1/candidates", params={"for": "MONDO:0004975", "category": "Drug"}).json()
    names = page.locator("tbody tr td:nth-child(2) .chip").all_inner_texts()
    assert [name[1:].strip() for name in names] == [one["name"] for one in told["candidates"]]
    parts = page.locator("tbody tr").first.locator("svg.bar rect").count()
    assert parts == len(told["candidates"][0]["components"])
    page.locator("tbody tr").first.get_by_role("link", name="Paths from").click()
    page.wait_for_selector("svg.picture, .empty")


def test_a_question_in_words_shows_its_plan_and_then_the_answer(site, new_page):
    page = new_page()
    page.goto(f"{site}/ask?q=What links metformin to Parkinson disease?")
    assert "paths from metformin (CHEBI:6801) to Parkinson disease" in page.inner_text(".plan")
    page.wait_for_selector("svg.picture")
    page.goto(f"{site}/ask?q=Which genes are associated with Parkinson disease?")
    page.wait_for_selector("#answer td .chip")
    assert "SNCA" in page.inner_text("#answer")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_shuts_anybody_out(site, new_page, theme):
    page = new_page(theme=theme, reduced_motion="reduce")
    for path in (QUESTION, "/candidates?for=MONDO:0004975", "/ask?q=What is alpha-synuclein?"):
        page.goto(site + path)
        page.wait_for_selector("#answer:not(.waiting)")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = [
            (one["id"], one["nodes"][0]["html"][:200])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert found == []


def test_names_that_would_do_harm_are_words(awkward_site, new_page):
    page = new_page()
    page.goto(f'{awkward_site}/question?from=CHEBI:1&to=text:disease/"odd" one')
    page.wait_for_selector("svg.picture")
    assert '"b" <c> &' in page.inner_text("h1")
    page.click("[data-interactive]")
    page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
    page.wait_for_selector("details.hop .evidence")
    file = httpx.get(
        f"{awkward_site}/question/picture.cyjs", params={"from": "CHEBI:1", "to": 'text:disease/"odd" one'}
    )
    assert {node["data"]["curie"] for node in json.loads(file.text)["elements"]["nodes"]} >= {"CHEBI:1", "HGNC:620"}
