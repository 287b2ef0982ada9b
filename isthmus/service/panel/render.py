"""A report as text, Markdown and HTML. What papers and models say is data: escaped by the template engine, never trusted.

Each form has an environment of its own that treats every value that is put in, so that no template can forget to.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from isthmus.graph.model import Modality
from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.report import CitedSentence, CitedStatement, Claim, Report
from isthmus.service.path_picture import Picture, draw, ways_of

TEXT_WIDTH = 100
PATHS_DRAWN = 5

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_INLINE_TAG = re.compile(r"</?(?:i|b|em|strong|sub|sup|u)>", re.IGNORECASE)
_OPENS_BLOCK = re.compile(r"\A(\s*)([-+=]|\d+[.)])(?=\s|\Z)")


def render(report: Report, form: ReportFormat) -> str:
    """The report in one of its forms; HTML is one page that needs nothing else and prints well."""
    if form is ReportFormat.JSON:
        return report.model_dump_json(by_alias=True, indent=2) + "\n"
    template = _environment(form).get_template(f"report.{_ENDINGS[form]}.jinja")
    return template.render(page=Page(report), report=report, online=False)


@dataclass(frozen=True)
class Page:
    """A report with what its templates ask for."""

    report: Report

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Evidence ids with their numbers on the page, from 1 in the order in which claims cite them."""
        report = self.report
        claims = [*report.case, *report.dissent, *report.contradicting]
        cited = dict.fromkeys(each for one in claims for each in one.evidence_ids)
        known = {one.id for one in report.evidence}
        rest = (one.id for one in report.evidence if one.id not in cited)
        return {each: number for number, each in enumerate([*(one for one in cited if one in known), *rest], start=1)}

    @cached_property
    def sentences(self) -> list[tuple[int, CitedSentence, CitedStatement | None]]:
        """All evidence by its number, with its statement."""
        statements = {each.id: each for each in self.report.statements}
        numbered = sorted(self.report.evidence, key=lambda one: self.numbers[one.id])
        return [(self.numbers[one.id], one, statements.get(one.statement_id)) for one in numbered]

    @cached_property
    def best(self) -> Mapping[str, int]:
        """The number of the first sentence of each statement."""
        first: dict[str, int] = {}
        for number, one, _ in self.sentences:
            first.setdefault(one.statement_id, number)
        return first

    @cached_property
    def by_modality(self) -> list[tuple[Modality, str, list[Claim]]]:
        """Each kind of research with what there is of it in words and its claims of the case."""
        return [
            (row.modality, row.text, [one for one in self.report.case if one.modality is row.modality])
            for row in self.report.modalities
        ]

    @cached_property
    def drawing(self) -> Picture:
        """Of its best paths."""
        return draw(ways_of(self.report.paths[:PATHS_DRAWN]))

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Each statement that has one with its first sentence on the page."""
        return {statement: f"#e{number}" for statement, number in self.best.items()}

    @property
    def bars(self) -> list[tuple[str, float, list[str]]]:
        """The three figures with their names and reasons."""
        report = self.report
        figures = (
            ("Novelty", report.novelty),
            ("Plausibility", report.plausibility),
            ("Testability", report.testability),
        )
        return [(name, figure.value, figure.reasons) for name, figure in figures]

    def cited(self, claim: Claim) -> list[int]:
        """The numbers of the evidence of a claim that the report holds."""
        return [self.numbers[each] for each in claim.evidence_ids if each in self.numbers]


def link_of(document: str) -> str:
    """Where a document can be read; empty where its id does not tell. Nothing but digits and DOI characters gets in.

    >>> link_of("pmid:12345"), link_of("javascript:alert(1)")
    ('https://pubmed.ncbi.nlm.nih.gov/12345/', '')
    """
    prefix, _, local = document.partition(":")
    if prefix.lower() == "pmid" and re.fullmatch(r"\d{1,10}", local):
        return f"https://pubmed.ncbi.nlm.nih.gov/{local}/"
    if prefix.lower() in ("pmc", "pmcid") and re.fullmatch(r"(?:PMC)?\d{1,10}", local):
        return f"https://pmc.ncbi.nlm.nih.gov/articles/PMC{local.removeprefix('PMC')}/"
    if prefix.lower() == "doi" and re.fullmatch(r"10\.\d{4,9}/[\w.;()/:+-]{1,200}", local, re.ASCII):
        return f"https://doi.org/{local}"
    return ""


def visible(text: str) -> str:
    """A text without the tags that PubMed leaves in it, and without characters that cannot be seen or turn round what is."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "" for each in _INLINE_TAG.sub("", text))


def _as_text(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else Markup(visible_lines(value))  # noqa: S704 - text, not HTML


def _as_html(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)  # then escaped by Jinja


def _as_markdown(value: object) -> object:
    """A text in which nothing is markup."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    told = _MARKDOWN.sub(r"\\\1", " ".join(visible(value).split())).replace("&", "&amp;")
    return Markup(_OPENS_BLOCK.sub(r"\1\\\2", told))  # noqa: S704 - escaped in the line above


def visible_lines(text: str) -> str:
    """As ``visible``, with its line ends."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _wrapped(value: str, indent: int = 0) -> str:
    """A text in lines of ``TEXT_WIDTH``; the lines of a list item hang under its first word."""
    space = " " * indent
    hanging = space + "  " if value.startswith("- ") else space
    return textwrap.fill(visible(value), TEXT_WIDTH, initial_indent=space, subsequent_indent=hanging)


_ENDINGS = {ReportFormat.TEXT: "txt", ReportFormat.MARKDOWN: "md", ReportFormat.HTML: "html"}
_TREATMENT: Mapping[ReportFormat, Callable[[object], object]] = {
    ReportFormat.TEXT: _as_text,
    ReportFormat.MARKDOWN: _as_markdown,
    ReportFormat.HTML: _as_html,
}


@cache
def _environment(form: ReportFormat) -> Environment:
    environment = Environment(
        loader=PackageLoader("isthmus.service.panel"),
        autoescape=True,  # of text and Markdown too: what their treatment gives back is marked as done
        finalize=_TREATMENT[form],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["link"] = link_of
    environment.filters["wrap"] = _wrapped
    environment.filters["words"] = lambda value: str(value).replace("_", " ")
    return environment
