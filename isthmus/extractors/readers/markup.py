"""Text with inline markup (italics, sub- and superscripts, MathML) as one plain line."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from isthmus.extractors.readers.visible_text import one_line

# The same formula once more, as TeX or as content MathML: it would be read twice.
_SAID_TWICE = {"annotation", "annotation-xml"}


def flat(element: etree._Element | None) -> str:
    """What a person reads in an element, markup gone, on one line; empty for None.

    Markup joins what it stands between (``CO<sub>2</sub>`` is CO2, ``10<sup>-3</sup>`` is 10-3, as PubMed's own text
    has it). A line break before a sub- or superscript comes from a program that indents, and is no space. A MathML
    fraction reads ``a/b``, a root ``√a``.
    """
    if element is None:
        return ""
    if not len(element):
        return one_line(element.text or "")
    return one_line("".join(_runs(element)))


def _runs(element: etree._Element) -> Iterator[str]:
    name = _local_name(element)
    if name in _SAID_TWICE:
        return
    if name == "math":
        yield _formula(element)
        return
    before = element.text or ""
    for child in element:
        yield _joined(before) if _local_name(child) in ("sub", "sup") else before
        yield from _script(child) if _local_name(child) in ("sub", "sup") else _runs(child)
        before = child.tail or ""
    yield before


def _joined(before: str) -> str:
    kept = before.rstrip()
    return kept if "\n" in before[len(kept) :] else before


def _script(element: etree._Element) -> Iterator[str]:
    text = "".join(_runs(element))
    yield text.strip() if "\n" in text else text


def _formula(element: etree._Element) -> str:
    """A formula's symbols in order; the white space between its elements means nothing."""
    name = _local_name(element)
    if name in _SAID_TWICE:
        return ""
    parts = [_formula(child) for child in element]
    if name == "mfrac" and len(parts) == 2:
        return "/".join(parts)
    text = element.text or ""
    own = text if name == "mtext" else text.strip()
    return ("√" if name == "msqrt" else "") + own + "".join(parts)


def _local_name(element: etree._Element) -> str:
    return etree.QName(element).localname
