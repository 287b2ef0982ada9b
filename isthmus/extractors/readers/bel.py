"""Terms and relations of the Biological Expression Language, as curated tables hold them.

https://language.bel.bio. A term such as ``act(p(HGNC:BACE1, var("p.Asp25Asn")))`` names one thing, with what is done to
it; only the thing is read. A term of several things (a complex, a reaction), or of a thing's absence, stays one
ungrounded entity in BEL's own words, since any part of it would say something else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from isthmus.extractors.readers.terms import Names, category_of, described, named
from isthmus.extractors.reading import Canonical
from isthmus.graph.model import Entity
from isthmus.graph.vocabulary import Category, Predicate

# What the functions name. A protein or RNA is its gene, as it is in papers.
ABUNDANCES = {
    "p": Category.GENE,
    "proteinAbundance": Category.GENE,
    "g": Category.GENE,
    "geneAbundance": Category.GENE,
    "r": Category.GENE,
    "rnaAbundance": Category.GENE,
    "m": Category.GENE,
    "microRNAAbundance": Category.GENE,
    "a": Category.CHEMICAL_ENTITY,
    "abundance": Category.CHEMICAL_ENTITY,
    "bp": Category.BIOLOGICAL_PROCESS,
    "biologicalProcess": Category.BIOLOGICAL_PROCESS,
    "path": Category.DISEASE,
    "pathology": Category.DISEASE,
    "complex": Category.MACROMOLECULAR_COMPLEX,
    "complexAbundance": Category.MACROMOLECULAR_COMPLEX,
    "pop": Category.POPULATION,
}
# What is done to a thing: the thing inside is meant.
_WRAPPERS = ("act", "activity", "kin", "cat", "tscript", "tport", "phos", "pep", "gtp", "chap", "sec", "surf", "tloc")
_OTHERS = ("deg", "degradation", "composite", "rxn", "reaction", "list", "sub", "translocation")
_TERM = re.compile(rf"(?:{'|'.join((*ABUNDANCES, *_WRAPPERS, *_OTHERS))})\s*\(.*\)")
_INNER = re.compile(rf"(?:{'|'.join(_WRAPPERS)})\s*\(\s*(.*)\)")
_ABUNDANCE = re.compile(
    rf"({'|'.join(ABUNDANCES)})\s*\(\s*"
    r'([\w.]+)\s*:\s*("(?:[^"\\]|\\.)*"|[^",()]+)\s*(,.*)?\)'
)
_SEVERAL = re.compile(r"(?:complex|composite|reactants|products)\s*\(.*\(")

# As the graph writes BEL's namespaces.
PREFIXES = {"DBSNP": "dbSNP", "UNIPROT": "UniProtKB", "UP": "UniProtKB", "PUBCHEM": "PUBCHEM.COMPOUND", "ECCODE": "EC"}
# Namespaces whose local parts BEL writes as names; an identifier among them is told by its form.
NAMED = frozenset(
    ["MESH", "MESHPP", "MESHD", "MESHCS", "GOBP", "GOCC", "GO", "HGNC", "RGD", "MGI", "CHEBI", "EFO", "HP", "DO"]
)
_NUMBER = re.compile(r"[CD]?\d{3,}")
_IDENTIFIER = re.compile(r"[A-Za-z]{0,4}\d[\d.]*|[OPQ]\d[A-Z\d]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z\d]{2}\d){1,2}")


class Relation(NamedTuple):
    """What a BEL relation says in our words; ``more`` is said by BEL's own word, which is kept then."""

    predicate: Predicate
    turned: bool = False
    negated: bool = False
    more: bool = False


_P = Predicate
RELATIONS: dict[str, Relation] = {
    **dict.fromkeys(("->", "increases"), Relation(_P.INCREASES)),
    **dict.fromkeys(("=>", "directlyIncreases"), Relation(_P.INCREASES, more=True)),
    **dict.fromkeys(("-|", "decreases"), Relation(_P.DECREASES)),
    **dict.fromkeys(("=|", "directlyDecreases"), Relation(_P.DECREASES, more=True)),
    **dict.fromkeys(("--", "association"), Relation(_P.ASSOCIATED_WITH)),
    **dict.fromkeys(("reg", "regulates"), Relation(_P.REGULATES)),
    **dict.fromkeys(("cnc", "causesNoChange"), Relation(_P.AFFECTS, negated=True)),
    **dict.fromkeys(("pos", "positiveCorrelation"), Relation(_P.POSITIVELY_CORRELATED_WITH)),
    **dict.fromkeys(("neg", "negativeCorrelation"), Relation(_P.NEGATIVELY_CORRELATED_WITH)),
    **dict.fromkeys(("eq", "equivalentTo"), Relation(_P.SIMILAR_TO, more=True)),
    **dict.fromkeys(("hasMember", "hasMembers", "hasComponent", "hasComponents"), Relation(_P.PART_OF, turned=True)),
    "isA": Relation(_P.SUBCLASS_OF),
    "partOf": Relation(_P.PART_OF),
    "biomarkerFor": Relation(_P.BIOMARKER_FOR),
    "orthologous": Relation(_P.HOMOLOGOUS_TO, more=True),
    "hasVariant": Relation(_P.VARIANT_OF, turned=True),
    "binds": Relation(_P.BINDS),
}


# What is done to a thing that is more or less active, or more or less transcribed.
_OF_ACTIVITY = {_P.INCREASES: _P.ACTIVATES, _P.DECREASES: _P.INHIBITS}
_OF_RNA = {_P.INCREASES: _P.INCREASES_EXPRESSION_OF, _P.DECREASES: _P.DECREASES_EXPRESSION_OF}
_OF_DEGRADATION = {_P.INCREASES: _P.DECREASES, _P.DECREASES: _P.INCREASES}
_DEGRADATION = re.compile(r"(?:deg|degradation)\s*\((.*)\)")
_ACTIVITY = re.compile(r"(?:act|activity|kin|cat|tscript|tport|phos|pep|gtp|chap)\s*\(")
_RNA = re.compile(r"(?:r|rnaAbundance|m|microRNAAbundance)\s*\(")


def relation(word: str, obj: str) -> Relation:
    """What a relation says of its object.

    More of an activity is activation, more of an RNA is expression, and more degradation is less of the thing.

    >>> relation("-|", "act(p(HGNC:BACE1))").predicate, relation("->", "r(HGNC:APP)").predicate
    (<Predicate.INHIBITS: 'inhibits'>, <Predicate.INCREASES_EXPRESSION_OF: 'increases_expression_of'>)
    >>> relation("->", "deg(p(HGNC:APP))").predicate
    <Predicate.DECREASES: 'decreases'>
    """
    known = RELATIONS[word]
    if degraded(word, obj):
        return known._replace(predicate=_OF_DEGRADATION[known.predicate], more=True)
    finer = _OF_ACTIVITY if _ACTIVITY.match(obj) else _OF_RNA if _RNA.match(obj) else {}
    return known._replace(predicate=finer.get(known.predicate, known.predicate))


def degraded(word: str, obj: str) -> str:
    """The term whose degradation the relation increases or decreases; empty where it does not."""
    match = _DEGRADATION.fullmatch(obj.strip())
    return match[1].strip() if match and RELATIONS[word].predicate in _OF_DEGRADATION else ""


def is_term(text: str) -> bool:
    """Whether a cell holds a BEL term.

    >>> is_term("p(HGNC:APP)"), is_term("amyloid (senile)")
    (True, False)
    """
    return _TERM.fullmatch(text.strip()) is not None


def entity_of(term: str, canonical: Canonical, names: Names) -> Entity:
    """The thing that a term names, by its id, else by its name, else ungrounded.

    >>> nothing = lambda *_: None
    >>> entity_of('act(p(HGNC:BACE1, var("?")))', nothing, nothing).id
    'text:gene/bace1'
    """
    term = term.strip()
    inner = term
    while match := _INNER.fullmatch(inner):
        inner = _first_argument(match[1])
    match = _ABUNDANCE.fullmatch(inner)
    if match is None or _SEVERAL.search(inner):
        return named(names, term, _category_of_whole(inner))
    category, namespace = ABUNDANCES[match[1]], match[2]
    local = _unquoted(match[3].strip())
    curie = f"{PREFIXES.get(namespace, namespace)}:{local}"
    known = canonical(curie)
    if known is not None:
        return known
    if (_NUMBER if namespace in NAMED else _IDENTIFIER).fullmatch(local):
        given = category_of(curie)
        return described(canonical, curie, local, category if given is Category.NAMED_THING else given)
    return named(names, local, category)


def _first_argument(text: str) -> str:
    """What stands before the first comma outside brackets: the rest says what is done, or where."""
    depth, quoted, escaped = 0, False, False
    for place, sign in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and sign == "\\":
            escaped = True
        elif sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if sign == "," and depth == 0:
                return text[:place].strip()
    return text.strip()


def _unquoted(text: str) -> str:
    r"""A name without BEL's quotes and the slashes that protect what is inside.

    >>> _unquoted('"a \\"third\\" way"'), _unquoted("APP")
    ('a "third" way', 'APP')
    """
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _category_of_whole(term: str) -> Category:
    function = term.partition("(")[0].strip()
    return ABUNDANCES.get(function, Category.NAMED_THING)
