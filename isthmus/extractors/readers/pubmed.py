"""PubMed XML: what efetch serves, and the baseline and update files, plain or gzip.

Text is put on one line each; what hides in it is taken out (``visible_text`` says what).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from isthmus.extractors.readers.dates import date_in_words, date_of, earliest
from isthmus.extractors.readers.markup import flat
from isthmus.extractors.readers.xml_safety import Piece, pieces, tree
from isthmus.extractors.reading import Canonical, Deletion, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

RECORDS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument", "MedlineCitation")
SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet")
_PMID = re.compile(rb"<PMID[^>]*>\s*([0-9]{1,12})\s*<")
_JOURNAL = ("Article/Journal/Title", "Article/Journal/ISOAbbreviation", "MedlineJournalInfo/MedlineTA")
# the paper's own record points at its retraction; the notice, which points back, is not retracted itself
_RETRACTED_BY = {"RetractionIn", "RetractedandRepublishedIn"}
_UNLABELLED = {"unassigned", "unlabelled"}


class _Faulty(ValueError):
    """A record that is well-formed but lacks what makes it one."""


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """Each article and book chapter as a Document, each withdrawn citation as a Deletion.

    A record that cannot be read comes as Unreadable and the others are read, also where the XML breaks in the middle.
    Of several versions of one PMID an older one that comes after a newer is passed over and counted in a Note.
    Raises ``UnreadableFile`` where the file holds no record at all or declares entities.
    """
    faults: list[Unreadable] = []
    records = 0
    newest: dict[str, int] = {}
    passed_over = 0
    for piece in pieces(path, RECORDS, SETS, inner=("MedlineCitation",)):
        if not piece.name:
            faults.append(Unreadable(path.name, f"line {piece.line}", piece.fault))
            continue
        # what stands before the first record tells, if none follows, that this is no PubMed file
        yield from faults
        faults.clear()
        records += 1
        for record, version in _records(piece, path.name, records):
            if isinstance(record, Document) and version < newest.get(record.id, 1):
                passed_over += 1
                continue
            if isinstance(record, Document) and version > 1:
                newest[record.id] = version
            yield record
    if not records and faults:
        raise UnreadableFile(f"{path} holds no PubMed record: {faults[0].record}: {faults[0].reason}")
    yield from faults
    if not records:
        yield Note("no records", f"{path.name} is a PubMed file without records")
    if passed_over:
        yield Note("older versions", f"{path.name}: an older version after a newer one was passed over", passed_over)


def _records(piece: Piece, source: str, ordinal: int) -> Iterator[tuple[Record, int]]:
    """What one piece of the file holds, each with the version of its PMID."""
    found = _PMID.search(piece.xml)
    place = f"record {ordinal}, PMID {found[1].decode()}" if found else f"record {ordinal}, line {piece.line}"
    if piece.fault:
        yield Unreadable(source, place, f"line {piece.line}: {piece.fault}"), 1
        return
    try:
        element = tree(piece)
        if piece.name.startswith("Delete"):
            yield from ((_deletion(pmid, source, place), 1) for pmid in element.findall("PMID"))
        elif piece.name == "PubmedBookArticle":
            yield _book(element, source)
        else:
            yield _article(element, source)
    except etree.XMLSyntaxError as error:
        what = (error.msg or "").split(", line ")[0]
        line = piece.line + (error.lineno or 1) - 1
        yield Unreadable(source, place, f"line {line}: is not well-formed XML: {what}"), 1
    except _Faulty as error:
        yield Unreadable(source, place, f"line {piece.line}: {error}"), 1


def _deletion(pmid: etree._Element, source: str, place: str) -> Record:
    try:
        return Deletion(_pmid(pmid))
    except _Faulty as error:
        return Unreadable(source, place, f"among the deleted: {error}")


def _article(record: etree._Element, source: str) -> tuple[Document, int]:
    citation = record if record.tag == "MedlineCitation" else record.find("MedlineCitation")
    article = citation.find("Article") if citation is not None else None
    if citation is None or article is None:
        raise _Faulty("has no MedlineCitation with an Article")
    types = _texts(article, "PublicationTypeList/PublicationType")
    return Document(
        id=_pmid(citation.find("PMID")),
        kind=DocumentKind.ARTICLE,
        modality=Modality.LITERATURE,
        title=_title(article),
        sections=_sections(article),
        date=earliest(map(_date, [*article.findall("ArticleDate"), *article.findall("Journal/JournalIssue/PubDate")])),
        retracted=_is_retracted(citation, types),
        journal=_first(citation, *_JOURNAL),
        authors=_authors(article),
        mesh=_mesh(citation),
        publication_types=types,
        xrefs=_xrefs(article.findall("ELocationID"), record.findall("PubmedData/ArticleIdList/ArticleId")),
        language=_first(article, "Language"),
        source=source,
    ), _version(citation.find("PMID"))


def _book(record: etree._Element, source: str) -> tuple[Document, int]:
    chapter = record.find("BookDocument")
    if chapter is None:
        raise _Faulty("has no BookDocument")
    return Document(
        id=_pmid(chapter.find("PMID")),
        kind=DocumentKind.BOOK,
        modality=Modality.LITERATURE,
        title=_first(chapter, "ArticleTitle", "VernacularTitle", "Book/BookTitle"),
        sections=_sections(chapter),
        date=earliest(map(_date, [*chapter.findall("ContributionDate"), *chapter.findall("Book/PubDate")])),
        journal=_first(chapter, "Book/BookTitle"),
        authors=_authors(chapter) or _authors(chapter.find("Book")),
        publication_types=_texts(chapter, "PublicationType"),
        xrefs=_xrefs([], chapter.findall("ArticleIdList/ArticleId")),
        language=_first(chapter, "Language"),
        source=source,
    ), _version(chapter.find("PMID"))


def _pmid(element: etree._Element | None) -> str:
    digits = flat(element)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and int(digits)):
        raise _Faulty(f"its PMID is {digits[:20]!r}" if digits else "has no PMID")
    return f"pmid:{int(digits)}"


def _version(element: etree._Element | None) -> int:
    version = "" if element is None else element.get("Version", "")
    return int(version) if re.fullmatch("[0-9]{1,6}", version) else 1


def _title(article: etree._Element) -> str:
    title = _first(article, "ArticleTitle")
    # PubMed's way to say that there is no English title
    if title.strip("[].").lower() in ("", "not available"):
        return _first(article, "VernacularTitle") or title
    return title


def _sections(parent: etree._Element) -> tuple[Section, ...]:
    """The abstract's parts with their labels in lower case; abstracts in other languages are left out."""
    abstract = parent.find("Abstract")
    if abstract is None:
        return ()
    # an abstract without children is text by itself: some programs write it so
    parts = abstract.findall("AbstractText") if len(abstract) else [abstract]
    sections = (Section(_label(part), flat(part)) for part in parts)
    return tuple(section for section in sections if section.text)


def _label(part: etree._Element) -> str:
    label = (part.get("Label") or part.get("NlmCategory") or "").strip().lower()
    return "" if label in _UNLABELLED else " ".join(label.split())


def _date(element: etree._Element) -> str:
    words = flat(element.find("MedlineDate"))
    if words:
        return date_in_words(words)
    return date_of(*(flat(element.find(part)) for part in ("Year", "Month", "Day")))


def _is_retracted(citation: etree._Element, publication_types: tuple[str, ...]) -> bool:
    notices = {notice.get("RefType") for notice in citation.findall("CommentsCorrectionsList/CommentsCorrections")}
    return "Retracted Publication" in publication_types or not _RETRACTED_BY.isdisjoint(notices)


def _authors(parent: etree._Element | None) -> tuple[str, ...]:
    """Last name and initials, or the name of a group; editors and names marked as wrong are left out."""
    lists = [] if parent is None else parent.findall("AuthorList")
    authors = [author for some in lists if some.get("Type") != "editors" for author in some.findall("Author")]
    return tuple(name for author in authors if author.get("ValidYN") != "N" and (name := _name(author)))


def _name(author: etree._Element) -> str:
    parts = {part.tag: flat(part) for part in author}
    family, given = parts.get("LastName", ""), parts.get("ForeName", "")
    if not family:
        return given or parts.get("CollectiveName", "")
    initials = parts.get("Initials") or "".join(word[0] for word in given.replace("-", " ").replace(".", " ").split())
    return " ".join(part for part in (family, initials, parts.get("Suffix")) if part)


def _mesh(citation: etree._Element) -> tuple[str, ...]:
    """Each heading by its name, and once more with each of its qualifiers: ``Asthma``, ``Asthma/drug therapy``."""
    names: list[str] = []
    for heading in citation.findall("MeshHeadingList/MeshHeading"):
        descriptor = _first(heading, "DescriptorName")
        if descriptor:
            names += [descriptor, *(f"{descriptor}/{qualifier}" for qualifier in _texts(heading, "QualifierName"))]
    return tuple(dict.fromkeys(names))


def _xrefs(locations: list[etree._Element], identifiers: list[etree._Element]) -> tuple[str, ...]:
    """The same paper elsewhere: ``doi:`` (in lower case, since case means nothing there) and ``pmc:``."""
    given = [(element.get("EIdType"), element) for element in locations if element.get("ValidYN") != "N"]
    given += [(element.get("IdType"), element) for element in identifiers]
    prefixed = {
        f"doi:{value.lower()}" if kind == "doi" else f"pmc:{value.upper()}"
        for kind, element in given
        if kind in ("doi", "pmc") and (value := flat(element))
    }
    return tuple(sorted(prefixed))


def _first(parent: etree._Element, *paths: str) -> str:
    return next((text for path in paths if (text := flat(parent.find(path)))), "")


def _texts(parent: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(text for element in parent.findall(path) if (text := flat(element)))
