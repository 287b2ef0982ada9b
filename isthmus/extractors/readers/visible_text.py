r"""Text as a person sees it: what hides in it is taken out, white space is made plain.

Taken out, since a page shows nothing where they stand and a model would still read them:

* control characters (C0, DEL, C1) other than white space;
* zero-width and invisible ones: soft hyphen, U+034F, U+061C, U+115F-1160, U+17B4-17B5, U+180B-180F, U+200B-200F,
  U+2060-206F, U+3164, U+FE00-FE0F, U+FEFF, U+FFA0, U+FFF0-FFFB;
* marks that reorder what is shown: U+202A-202E;
* tag characters and the supplementary variation selectors, U+E0000-E0FFF.

Lone surrogates, which no text may hold, become U+FFFD.
"""

from __future__ import annotations

import re

from isthmus.graph.model import Section, content_hash

_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"[\t-\r -~]*")
_BLANK_LINES = re.compile(r"\n\s*\n")
# A list item or a table row stays on a line of its own when a paragraph's lines are joined.
_OWN_LINE = re.compile(r"\s*(?:[-*+•]\s+\S|\d{1,3}[.)]\s+\S|\|)")


def visible(text: str) -> str:
    r"""The text without its hidden characters; white space stays as it is.

    >>> visible("amy\u00adloid\u200b beta")
    'amyloid beta'
    """
    if _PLAIN.fullmatch(text):
        return text
    return _SURROGATE.sub("\ufffd", _HIDDEN.sub("", text))


def one_line(text: str) -> str:
    r"""The visible text with each run of white space as one space, none at the ends.

    >>> one_line("  Tau\n and\u00a0amyloid ")
    'Tau and amyloid'
    """
    return " ".join(visible(text).split())


def paragraphs(text: str) -> str:
    r"""The visible text with hard line breaks undone, so that a name is never cut by one.

    A paragraph is one line, but list items and table rows keep theirs; paragraphs are parted by one empty line.
    The words and their order are those of the text.

    >>> paragraphs("Parkinson\ndisease.\n\n\n- one\n- two\n")
    'Parkinson disease.\n\n- one\n- two'
    """
    unwrapped = ("\n".join(_unwrapped(block)) for block in _BLANK_LINES.split(visible(text)))
    return "\n\n".join(paragraph for paragraph in unwrapped if paragraph)


def _unwrapped(block: str) -> list[str]:
    logical: list[list[str]] = []
    for line in block.splitlines():
        if not logical or _OWN_LINE.match(line):
            logical.append([])
        logical[-1].extend(line.split())
    return [" ".join(words) for words in logical if words]


def content_id(title: str, sections: tuple[Section, ...]) -> str:
    """The id of a document that brings none: ``sha256:`` and 32 hex digits of its title and sections."""
    return f"sha256:{content_hash([title, *([section.label, section.text] for section in sections)])}"
