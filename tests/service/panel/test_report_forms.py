"""The forms of a report: what papers and models say is data in all of them."""

import re
from html.parser import HTMLParser

import pytest
from service.panel.ataxia import ATAXIA, BLOCKS, REZANOL, SOURCES, TRIED, Said, snapshot_of, source, store_of

from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.render import link_of, render
from isthmus.service.panel.report import Claim, Cost, Report, Stance, Strike, StruckClaim, Turn, TurnKind

HOSTILE = (
    '<script>alert("x")</script> <img src=x onerror=alert(1)> [here](javascript:alert(1)) **bold** `code`\n'
    "# heading\n\x1b[31mred\x07 \u202egnp.exe | a & b {{ 7*7 }} </blockquote><h1>Done</h1>"
)
ATTACK = Said(REZANOL, Predicate.INHIBITS, BLOCKS.object, HOSTILE, context=BLOCKS.context, score=0.95)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Report:
    attack = source("pmid:9666", 2016, ATTACK)
    with store_of(tmp_path_factory.mktemp("forms"), (*SOURCES, *TRIED, attack)) as store:
        made = propose(store, snapshot_of(store), REZANOL, ATAXIA, top=8).report
    model = "tests:parrot"
    claim = Claim(
        text=f"By a model {HOSTILE}",
        asserted=made.case[0].asserted,
        statement_ids=made.case[0].statement_ids,
        evidence_ids=made.case[0].evidence_ids,
        stance=Stance.SUPPORTS,
        modality=Modality.LITERATURE,
        by="literature",
        model=model,
    )
    struck = StruckClaim(
        text=f"Struck {HOSTILE}",
        statement_ids=["nowhere"],
        evidence_ids=[],
        by="genetics",
        model=model,
        round=1,
        reasons=[Strike.UNKNOWN_ID],
        explanation="no such statement",
    )
    turn = Turn(round=0, kind=TurnKind.PROPOSE, by="genetics", model=model, text=HOSTILE, claims=1, struck=1)
    return made.model_copy(
        update={
            "case": [claim, *made.case],
            "struck": [struck],
            "struck_counts": {Strike.UNKNOWN_ID: 1},
            "transcript": [turn],
            "specialists": {"literature": model, "genetics": model},
            "cost": Cost(requests=2, input_tokens=10, output_tokens=5),
            "with_models": True,
        }
    )


class Page(HTMLParser):
    """The tags and attributes of a page, its ids and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.ids: set[str] = set()
        self.classes: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.ids |= {value for name, value in attrs if name == "id"}
        self.classes += [each for name, value in attrs if name == "class" for each in value.split()]
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def page(report) -> Page:
    return Page(render(report, ReportFormat.HTML))


def test_no_markup_of_a_paper_or_a_model_reaches_the_page(page):
    assert not {"script", "img", "iframe", "object", "form"} & set(page.tags)
    assert page.tags.count("h1") == 1
    assert not [name for name in page.attributes if name.startswith("on")]
    assert all(
        re.match(r"#e\d+\Z|https://(?:pubmed|pmc)\.ncbi\.nlm\.nih\.gov/|https://doi\.org/", link) for link in page.links
    )
    assert '<script>alert("x")</script>' in page.text  # as words
    assert "{{ 7*7 }}" in page.text


def test_the_page_stands_alone(page):
    assert "link" not in page.tags
    assert not [each for each in page.links if each.startswith("data:")]


def test_each_citation_leads_to_its_sentence_on_the_page(report, page):
    refs = [link[1:] for link in page.links if link.startswith("#")]
    assert refs
    assert set(refs) <= page.ids
    shown = [*report.case, *report.dissent, *report.contradicting]
    hops = {hop.id for path in report.paths[:5] for hop in path.statements}
    assert len(refs) == sum(len(one.evidence_ids) for one in shown) + len(hops)
    for one in report.evidence:
        assert one.id in page.text


def test_struck_claims_are_shown_struck_and_the_transcript_is_set_apart(page, report):
    html = render(report, ReportFormat.HTML)
    assert "<del>Struck" in html
    assert html.index("<del>Struck") > html.index("Not looked at")
    assert page.tags.count("details") == 1
    assert "tests:parrot" in page.text


def test_a_retracted_sentence_is_marked(report):
    lost = next(one for one in report.evidence if one.retracted)
    assert lost.document == "pmid:9008"
    html = render(report, ReportFormat.HTML)
    assert html.count("<b>retracted</b>") == sum(one.retracted for one in report.evidence)


def test_every_path_is_drawn(report, page):
    assert page.tags.count("svg") == 1
    shown = report.paths[:5]
    assert page.classes.count("line") == len({hop.id for path in shown for hop in path.statements})
    assert page.classes.count("box") == len({node.id for path in shown for node in path.nodes})


@pytest.mark.parametrize("form", [ReportFormat.TEXT, ReportFormat.MARKDOWN, ReportFormat.HTML])
def test_nothing_that_cannot_be_seen_gets_out(report, form):
    told = render(report, form)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", told)


def test_markdown_of_a_paper_is_no_markdown(report):
    told = render(report, ReportFormat.MARKDOWN)
    assert "\\<script\\>" in told
    assert not re.search(r"(?<!\\)<(?!a id=\"e\d+\">|/a>|https://pubmed\.ncbi\.nlm\.nih\.gov/\d+/>)", told)
    assert "**bold**" not in told
    assert not re.search(r"(?<!\\)\]\(javascript", told)
    assert not re.search(r"^# heading", told, re.MULTILINE)
    refs = re.findall(r"\]\(#(e\d+)\)", told)
    assert refs
    assert set(refs) <= set(re.findall(r'<a id="(e\d+)">', told))


@pytest.mark.parametrize("form", list(ReportFormat))
def test_every_form_says_all_that_a_reader_needs(report, form):
    told = re.sub(r"\s+", " ", render(report, form))
    for text in (report.claim, report.weakest.text, report.known.text, report.verdict, *report.not_looked_at):
        plain = text.replace("_", " ")
        assert plain in told.replace("\\", "").replace("&#39;", "'").replace("_", " ")


def test_json_is_the_report(report):
    assert Report.model_validate_json(render(report, ReportFormat.JSON)) == report


def test_a_report_without_paths_has_all_its_forms(tmp_path):
    with store_of(tmp_path) as store:
        empty = propose(store, snapshot_of(store, 2000), REZANOL, ATAXIA).report
    assert empty.verdict == "unsupported"
    for form in ReportFormat:
        assert "no way how" in re.sub(r"\s+", " ", render(empty, form))


@pytest.mark.parametrize(
    ("document", "link"),
    [
        ("pmid:123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ("pmc:PMC77", "https://pmc.ncbi.nlm.nih.gov/articles/PMC77/"),
        ("doi:10.1000/ab-c(1)", "https://doi.org/10.1000/ab-c(1)"),
        ('doi:10.1000/"onclick=x', ""),
        ("pmid:12/../x", ""),
        ("javascript:alert(1)", ""),
        ("sha256:00", ""),
    ],
)
def test_only_ids_that_lead_somewhere_are_links(document, link):
    assert link_of(document) == link
