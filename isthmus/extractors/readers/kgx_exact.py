"""The column ``isthmus`` of our own KGX files: the exact value of a node or an edge, as JSON.

With it a graph comes back as it was, to the hash. A file may have been changed since it was written, or made by somebody
who wishes us ill, so nothing in it is taken on trust.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from isthmus.extractors.readers.tabular import BadRow
from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Modality, Statement

COLUMN = "isthmus"
LONGEST_REASON = 100  # of which the rest would list the whole vocabulary


@dataclass(frozen=True)
class Citation:
    """What a graph knows of the document that a piece of evidence stands in; of its authors the last, for belief."""

    modality: Modality = Modality.LITERATURE
    title: str = ""
    date: str = ""
    journal: str = ""
    retracted: bool = False
    senior_author: str = ""
    review: bool = False

    @classmethod
    def of(cls, document: Document) -> Citation:
        """What of a document travels with its evidence."""
        return cls(
            document.modality,
            document.title,
            document.date,
            document.journal,
            document.retracted,
            document.senior_author,
            document.review,
        )

    def document(self, identifier: str) -> Document:
        """The stub that stands for the document."""
        return Document(
            identifier,
            DocumentKind.CITATION,
            self.modality,
            self.title,
            date=self.date,
            retracted=self.retracted,
            journal=self.journal,
            authors=(self.senior_author,) if self.senior_author else (),
            publication_types=("Review",) if self.review else (),
        )


@dataclass(frozen=True)
class ExactEdge:
    """One piece of evidence with its statement and the document that it stands in."""

    statement: Statement
    evidence: Evidence
    citation: Citation = Citation()


_ENTITY = TypeAdapter(Entity)
_EDGE = TypeAdapter(ExactEdge)


def exact_entity(text: str) -> Entity:
    """The entity of a node's row. Raises ``BadRow``."""
    try:
        return _ENTITY.validate_json(text)
    except ValidationError as error:
        raise _unreadable(error) from None


def exact_edge(text: str) -> ExactEdge:
    """The evidence and statement of an edge's row. Raises ``BadRow``."""
    try:
        edge = _EDGE.validate_json(text)
    except ValidationError as error:
        raise _unreadable(error) from None
    said = edge.statement
    if said != Statement.of(said.subject, said.predicate, said.object, negated=said.negated, context=said.context):
        raise BadRow(f"the ends of the symmetric statement in column {COLUMN} are not in order")
    if edge.evidence.statement != said.id:
        raise BadRow(f"the evidence is not for the statement of its row: {edge.evidence.statement}")
    if not 0.0 <= edge.evidence.score <= 1.0:
        raise BadRow(f"the score in column {COLUMN} is {edge.evidence.score}, not between 0 and 1")
    return edge


def _unreadable(error: ValidationError) -> BadRow:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return BadRow(f"the column {COLUMN} cannot be read: {f'{where}: ' if where else ''}{first['msg'][:LONGEST_REASON]}")
