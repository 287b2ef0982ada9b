"""The papers that rows cite: their ids, their years, and what stands for them until they are read."""

from __future__ import annotations

import re

from isthmus.graph.model import Document, DocumentKind, Modality

_PMID = re.compile(r"(?:pmid|pubmed|medline)?\s*:?\s*(\d{1,9})(?:\.0)?", re.IGNORECASE)
_PMC = re.compile(r"(?:pmc|pmcid)?\s*:?\s*(PMC\d+)", re.IGNORECASE)
_DOI = re.compile(r"(?:doi\s*:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def publication_id(text: str) -> str:
    """The document id of a paper: ``pmid:``, ``pmc:`` or ``doi:``; empty where the text is none of these.

    >>> publication_id("PMID:25231870"), publication_id("25231870"), publication_id("OMIM:619340")
    ('pmid:25231870', 'pmid:25231870', '')
    """
    text = text.strip()
    if match := _PMID.fullmatch(text):
        number = match[1].lstrip("0")
        return f"pmid:{number}" if number else ""
    if match := _PMC.fullmatch(text):
        return f"pmc:{match[1].upper()}"
    if match := _DOI.fullmatch(text):
        return f"doi:{match[1].lower()}"
    return ""


def year_in(text: str) -> int | None:
    """The year that a date names, whatever its form, between 1800 and 2100.

    >>> year_in("23-Jul-2014"), year_in("20140723"), year_in("2014-07-23"), year_in("")
    (2014, 2014, 2014, None)
    """
    match = re.search(r"(?<!\d)(1[89]\d\d|20\d\d|2100)(?=\d{4}(?!\d)|(?!\d))", text)
    return int(match[1]) if match else None


def citation(document: str, modality: Modality, title: str = "", date: str = "", journal: str = "") -> Document:
    """A paper that is known only because a row cites it; it speaks for the field that the table is from."""
    return Document(document, DocumentKind.CITATION, modality, title, date=date, journal=journal)
