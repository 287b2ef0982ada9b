"""Which entities of the graph a question names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.extractors.text.stop_names import is_stopped
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.names import AmbiguousName, UnknownName, resolve
from isthmus.service.questions.cues import Kind, fillers
from isthmus.service.questions.spans import WORD, Span, only_cues

if TYPE_CHECKING:
    from isthmus.extractors.lexicon.lexicon import Lexicon

LONGEST_NAME = 6  # words
NEAR_SHOWN = 5
LIKELY = 0.3  # a reading of a name below this prior is not considered
A_NAME = 0.5  # words whose best reading is below this prior are hardly a name, where the graph does not hold it
CLEARLY = 1.2  # how many times likelier the first reading must be than the second
_QUOTED = re.compile(r"[\"“”„]([^\"“”„]{1,200})[\"“”„]")
_CURIE = re.compile(r"(?<![\w:])[A-Za-z][\w.+-]*:[^\s\"“”?,;()]*[\w/]")
_ARTICLES = frozenset({"a", "an", "the"})
# What the lexicon knows of these kinds is mostly an ordinary word ("weather", "training").
_ORDINARY = frozenset(
    {
        Category.PROCEDURE,
        Category.DEVICE,
        Category.PHENOMENON,
        Category.POPULATION,
        Category.INFORMATION_CONTENT_ENTITY,
        Category.BEHAVIOR,
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a stretch of a question names: one entity of the graph, several to choose from, or none that is there."""

    choices: tuple[Entity, ...]
    near: tuple[Entity, ...] = ()


def names_in(text: str, store: Store, lexicon: Lexicon) -> list[Span]:
    """Every place where a question names an entity of the graph or of the lexicon, overlaps among them."""
    spans = [*_explicit(text, store, lexicon), *_of_store(text, store), *_of_lexicon(text, store, lexicon)]
    best: dict[tuple[int, int], Span] = {}
    for span in spans:  # what was written as a name, then the graph's names, then the lexicon's
        best.setdefault((span.start, span.end), span)
    return list(best.values())


def the_entity(span: Span, hint: Category | None = None) -> Entity:
    """The one entity that a span names, of the category that the question says it has.

    Raises ``AmbiguousName`` or ``UnknownName``.
    """
    named: Named = span.value
    fitting = [one for one in named.choices if hint is None or hint.includes(one.category)] or list(named.choices)
    if len(fitting) > 1:
        raise AmbiguousName(span.text, fitting)
    if not fitting:
        raise UnknownName(span.text, named.near)
    return fitting[0]


def near(text: str, store: Store) -> tuple[Entity, ...]:
    """Entities that a person may have meant: those that all words find, else those that the beginning of one does."""
    found = [hit.entity for hit in store.search(text, limit=NEAR_SHOWN).items]
    for word in WORD.findall(text) if not found else ():
        if len(word) > 3:  # its beginning, for a misspelt end
            begins = word[: max(4, len(word) * 2 // 3)]
            found += [hit.entity for hit in store.search(begins, limit=NEAR_SHOWN).items]
    return tuple({entity.id: entity for entity in found}.values())[:NEAR_SHOWN]


def _explicit(text: str, store: Store, lexicon: Lexicon) -> Iterator[Span]:
    """Quoted words and CURIEs are names, whatever they are."""
    for match in _QUOTED.finditer(text):
        yield Span(*match.span(), Kind.NAME, _resolved(match.group(1), store, lexicon), match.group(1))
    for match in _CURIE.finditer(text):
        if not match.group().casefold().startswith("modality:"):
            yield Span(*match.span(), Kind.NAME, _resolved(match.group(), store, lexicon), match.group())


def _resolved(name: str, store: Store, lexicon: Lexicon) -> Named:
    try:
        return Named((resolve(name, store, lexicon.canonical),))
    except AmbiguousName as error:
        return Named(error.choices)
    except UnknownName as error:
        return Named((), error.near)


def _of_store(text: str, store: Store) -> Iterator[Span]:
    """Runs of words that are a name or synonym in the graph, but for case."""
    words = list(WORD.finditer(text))
    for first, opening in enumerate(words):
        if opening.group().casefold() in fillers():
            continue
        for closing in words[first : first + LONGEST_NAME]:
            start, end = opening.start(), closing.end()
            for written, name in _forms(text[start:end]):
                found = () if only_cues(name) else store.entities_named(name)
                if found:
                    yield Span(start, start + len(written), Kind.NAME, Named(tuple(found)), written)


def _forms(name: str) -> Iterator[tuple[str, str]]:
    """What is written, and the name it may stand for: itself, a possessive or plural, "Parkinson's" for the disease."""
    yield name, name
    for ending in ("'s", "’s", "s"):
        bare = name.removesuffix(ending)
        if bare != name and len(bare) > 3:
            yield bare, bare
            if len(ending) > 1 and " " not in name:
                yield name, f"{bare} disease"


def _of_lexicon(text: str, store: Store, lexicon: Lexicon) -> Iterator[Span]:
    """What the lexicon finds, as an entity of the graph where it is one."""
    for match in lexicon.find(text):
        name = text[match.start : match.end]
        if only_cues(name):
            continue
        likely = [one for one in match.candidates if one.score >= LIKELY] or list(match.candidates[:1])
        here = [(one.score, entity) for one in likely for entity in _in_graph(one.entity, store, lexicon)]
        distinct = {entity.id: (score, entity) for score, entity in reversed(here)}
        ranked = sorted(distinct.values(), key=lambda pair: -pair[0])
        if ranked:
            choices = tuple(entity for score, entity in ranked if score * CLEARLY > ranked[0][0])
            yield Span(match.start, match.end, Kind.NAME, Named(choices), name)
        elif likely[0].score >= A_NAME and not is_stopped(name) and likely[0].entity.category not in _ORDINARY:
            yield Span(match.start, match.end, Kind.NAME, Named((), near(name, store)), name)


def _in_graph(concept: Entity, store: Store, lexicon: Lexicon) -> list[Entity]:
    try:
        return [resolve(concept.id, store, lexicon.canonical)]
    except AmbiguousName as error:
        return list(error.choices)
    except UnknownName:
        return []


def name_in(text: str, span: tuple[int, int], store: Store, lexicon: Lexicon) -> Entity | None:
    """The one entity that ``text[span]`` names, articles aside; None where nothing of the graph is. Raises ``AmbiguousName``."""
    start, end = span
    named = text[start:end]
    inside = [one for one in names_in(named, store, lexicon) if one.value.choices]
    longest = max(inside, key=lambda one: one.length, default=None)
    rest = "" if longest is None else named[: longest.start] + named[longest.end :]
    if longest is None or not all(word.casefold() in _ARTICLES for word in WORD.findall(rest)):
        found = _resolved(named.strip(), store, lexicon)
        return the_entity(Span(start, end, Kind.NAME, found, named)) if found.choices else None
    return the_entity(longest)
