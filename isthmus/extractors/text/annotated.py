"""Names that the source of a document has marked in it: taken as they are, where ours would be another opinion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from isthmus.extractors.text.mentions import Found, located
from isthmus.extractors.text.names import Named
from isthmus.graph.model import Annotation, Document, Entity

SCORE = 0.9  # chosen: most sources are programs as well, and do not say how sure they are


def with_annotations(
    document: Document,
    sentences: Sequence[tuple[int, int]],
    named: Named,
    canonical: Callable[[str], Entity | None],
) -> Named:
    """The names of a document, those that overlap with an annotation replaced by it.

    An annotation means what the lexicon has under its identifier, and else what the source says of it. One that lies in no
    sentence, or in two, is left out, and ours stays.
    """
    if not document.annotations:
        return named
    marked = [Found(one.start, one.end, _meant(one, canonical), SCORE) for one in document.annotations]
    given = list(located(document.text, marked, sentences))
    taken = {place for mention, _ in given for place in range(mention.start, mention.end)}
    ours = [each for each in named if taken.isdisjoint(range(each[0].start, each[0].end))]
    return sorted([*ours, *given], key=lambda each: (each[0].start, -each[0].end))


def _meant(one: Annotation, canonical: Callable[[str], Entity | None]) -> Entity:
    known = canonical(one.entity)
    return known if known is not None else Entity(one.entity, one.text, one.category)
