"""The sections of an open-access paper in JATS XML, the format of PubMed Central."""

from __future__ import annotations

from lxml import etree

from isthmus.extractors.feeds.feed import BrokenAnswer, as_file
from isthmus.extractors.readers.markup import flat
from isthmus.extractors.readers.xml_safety import pieces, tree
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Section

# What is no prose of the paper: lists of names, of other papers, tables, formulas, what others say of it.
_LEFT_OUT = {"ref-list", "table-wrap", "fig", "disp-formula", "supplementary-material", "ack", "fn-group", "xref"}


def check_whole(body: bytes) -> bytes:
    """The answer, if it is a whole article. Raises ``BrokenAnswer``."""
    if b"</article>" not in body[-200:]:
        raise BrokenAnswer("the full text breaks off before its end")
    return body


def sections_of(body: bytes) -> tuple[Section, ...]:
    """The body's paragraphs, those of one top-level section together under its title in lower case.

    Empty where the article has no body. Raises ``UnreadableFile`` for XML that declares entities or is not well-formed.
    """
    with as_file(body, "full text") as path:
        for piece in pieces(path, ("article",), ()):
            if piece.name and not piece.fault:
                try:
                    return _sections(tree(piece))
                except etree.XMLSyntaxError as error:
                    raise UnreadableFile(f"the full text is not well-formed XML ({error.msg})") from None
    raise UnreadableFile("the full text holds no article")


def _sections(article: etree._Element) -> tuple[Section, ...]:
    body = article.find("body")
    if body is None:
        return ()
    found = [Section("", text) for text in [_prose([part for part in body if part.tag == "p"])] if text]
    for part in body.findall("sec"):
        text = _prose([paragraph for paragraph in part.iter("p") if not _is_left_out(paragraph, part)])
        if text:
            found.append(Section(flat(part.find("title")).lower(), text))
    return tuple(found)


def _is_left_out(paragraph: etree._Element, section: etree._Element) -> bool:
    for above in paragraph.iterancestors():
        if above is section:
            return False
        if above.tag in _LEFT_OUT or above.tag == "p":
            return True
    return False


def _prose(paragraphs: list[etree._Element]) -> str:
    for paragraph in paragraphs:
        for part in list(paragraph.iter(*_LEFT_OUT)):
            _take_out(part)
    return " ".join(text for text in map(flat, paragraphs) if text)


def _take_out(part: etree._Element) -> None:
    """Remove an element and keep what follows it."""
    parent, tail = part.getparent(), part.tail or ""
    if parent is None:
        return
    before = part.getprevious()
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(part)
