"""A hypothesis in a real browser: made, read, judged, printed, and what moved in it."""

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.graph.stores.open import open_store
from isthmus.graph.verdict import VerdictKind
from isthmus.service.hypotheses.kept import all_living
from isthmus.service.hypotheses.life import NotAllowed, may_move
from isthmus.service.hypotheses.status import Status
from isthmus.service.review.verdicts import give
from isthmus.service.web.hypothesis_views import judge, judgements, row_of


@pytest.fixture(scope="module")
def made(site):
    """The address of a hypothesis."""
    asked = {"from": "CHEBI:6801", "to": "MONDO:0005180", "max_hops": "3", "as_of": ""}
    told = httpx.post(f"{site}/hypotheses", data=asked, timeout=60)
    assert told.status_code == 303
    return site + told.headers["location"]


def test_a_question_becomes_a_hypothesis_and_is_judged(site, new_page):
    page = new_page()
    page.goto(f"{site}/question?from=CHEBI:53289&to=MONDO:0004975")
    page.wait_for_selector("text=Propose it")
    page.click("text=Propose it")
    page.wait_for_selector("article.report")
    assert re.search(r"/hypotheses/[0-9a-f]{32}$", page.url)
    page.fill("[name=reviewer]", "R. Franklin")
    page.fill("[name=comment]", "<b>the ACHE hop is sound</b>")
    page.click("button:has-text('Accept')")
    page.wait_for_selector(".status.s-accepted")
    history = page.inner_text(".history")
    assert "under review by R. Franklin" in history
    assert "accepted by R. Franklin: the ACHE hop is sound" in history  # without tags, as everywhere
    page.goto(f"{site}/hypotheses?status=accepted")
    assert page.locator("tbody tr").count() == 1


def test_each_claim_leads_to_its_sentence(made, new_page):
    page = new_page()
    page.goto(made)
    refs = page.locator("a.ref")
    assert refs.count() > 0
    for place in range(refs.count()):
        assert page.locator(f'[id="{refs.nth(place).get_attribute("href")[1:]}"]').count() == 1
    page.locator("svg.picture a[data-statement]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer .quote")
    shown = page.inner_text("article.report")
    for part in (
        "The case",
        "What speaks against it",
        "Dissent",
        "The weakest link",
        "The experiment that would decide it",
    ):
        assert part in shown


def test_print_has_all_text(made, new_page):
    page = new_page()
    page.goto(made)
    page.emulate_media(media="print")
    told = page.evaluate("document.querySelector('article.report').innerText")
    sentences = httpx.get(made.replace("/hypotheses/", "/api/v1/hypotheses/")).json()["evidence"]
    assert sentences
    assert all(one["text"] in told for one in sentences)
    assert not page.locator("form").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_what_moved_since_the_last_edition_is_told(made, site, story_copy, new_page):
    with open_store(story_copy, create=False) as store:
        row = store.find_statements(subject="HGNC:3942", obj="MONDO:0005180").items[0]
        give(store, row.statement.id, VerdictKind.WRONG_RELATION, "R. Franklin", comment="not this gene")
    page = new_page()
    page.goto(made)
    page.click("text=Ask again")
    page.wait_for_selector(".moved")
    assert page.url == made
    page.locator(".moved details").evaluate_all("all => all.forEach(d => d.open = true)")
    moved = page.inner_text(".moved")
    assert "believed otherwise" in moved
    assert "not this gene" in moved
    page.locator(".history ol").last.locator("a").last.click()
    page.wait_for_selector(".history [aria-current]")
    assert httpx.get(f"{made}?at=1999").status_code == 404


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_shuts_anybody_out(made, site, new_page, theme):
    page = new_page(theme=theme)
    for address in (made, f"{site}/hypotheses"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = [
            (one["id"], one["nodes"][0]["html"][:200])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert found == []


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/hypotheses", {"from": "nobody", "to": "SNCA"}, 404),
        ("/hypotheses", {"from": "SNCA"}, 422),
        ("/hypotheses", {"from": "SNCA", "to": "AD"}, 409),
        ("/hypotheses/ffffffffff/moves", {"to": "accepted", "reviewer": "x"}, 404),
    ],
)
def test_mistakes_are_told_in_words(site, path, given, status):
    told = httpx.post(site + path, data=given, timeout=60)
    assert told.status_code == status
    assert told.headers["content-type"].startswith("text/html")


def test_no_other_page_may_write_here(site, made):
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        given = {"to": "rejected", "reviewer": "mallory"}
        assert httpx.post(f"{made}/moves", data=given, headers=headers).status_code == 403


def test_a_name_is_asked_of_whoever_judges(made):
    assert httpx.post(f"{made}/moves", data={"to": "rejected", "reviewer": " "}).status_code == 422


@pytest.mark.parametrize("status", list(Status))
def test_a_person_is_offered_what_the_table_allows_by_way_of_a_review(status):
    offered = {to for to, _ in judgements(status)}
    direct = {to for to in (Status.ACCEPTED, Status.REJECTED, Status.UNDER_REVIEW) if may_move(status, to)}
    by_review = {Status.ACCEPTED, Status.REJECTED} if may_move(status, Status.UNDER_REVIEW) else set()
    assert offered == direct | by_review


def test_a_judgement_is_one_of_the_table(made, story_copy):
    with open_store(story_copy, create=False) as store:
        one = next(one for one in all_living(store) if made.endswith(one.hypothesis.id))
        refused = next(to for to in Status if not may_move(one.status, to) and to not in dict(judgements(one.status)))
        with pytest.raises(NotAllowed):
            judge(store, one.hypothesis.id, one.status, refused, who="x", comment="")
        row = row_of(one)
        assert (row.status, row.editions) == (one.status, len(one.hypothesis.editions))
        assert row.score == one.hypothesis.editions[-1].scores.score
