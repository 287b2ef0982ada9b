"""Statements as plain English sentences: active voice, "may" where nobody is sure, "not" where it is denied."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from isthmus.graph.model import Entity, Statement
from isthmus.graph.vocabulary import Category, Predicate


class Verb(NamedTuple):
    """A predicate as words: with one subject, with several, and after "may" or "does not"."""

    one: str
    several: str
    plain: str
    after: str = ""  # what follows the object


def _verb(plain: str, one: str = "", after: str = "") -> Verb:
    """A verb; one that begins with "be" is "is" or "are".

    >>> _verb("raise"), _verb("be linked to").several
    (Verb(one='raises', several='raise', plain='raise', after=''), 'are linked to')
    """
    if plain.startswith("be "):
        return Verb(f"is {plain[3:]}", f"are {plain[3:]}", plain, after)
    head, _, rest = plain.partition(" ")
    return Verb(one or f"{head}s{' ' if rest else ''}{rest}", plain, plain, after)


_P = Predicate
# The first wording is the usual one; the others are for variety. Each keeps the relation, its direction and its sign.
VERBS: Mapping[Predicate, tuple[Verb, ...]] = {
    _P.RELATED_TO: (_verb("be related to"),),
    _P.AFFECTS: (_verb("affect"), _verb("act on"), _verb("have an effect on", "has an effect on")),
    _P.REGULATES: (_verb("regulate"), _verb("control")),
    _P.ACTIVATES: (_verb("activate"), _verb("stimulate")),
    _P.INHIBITS: (_verb("inhibit"), _verb("block")),
    _P.INCREASES: (_verb("increase"), _verb("raise")),
    _P.DECREASES: (_verb("decrease"), _verb("lower"), _verb("reduce")),
    _P.INCREASES_EXPRESSION_OF: (_verb("increase the expression of"), _verb("raise the expression of")),
    _P.DECREASES_EXPRESSION_OF: (_verb("decrease the expression of"), _verb("lower the expression of")),
    _P.INTERACTS_WITH: (_verb("interact with"),),
    _P.PHYSICALLY_INTERACTS_WITH: (_verb("physically interact with", "physically interacts with"),),
    _P.BINDS: (_verb("bind"), _verb("bind to")),
    _P.GENETICALLY_INTERACTS_WITH: (_verb("genetically interact with", "genetically interacts with"),),
    _P.TREATS: (_verb("treat"), _verb("be used to treat")),
    _P.STUDIED_TO_TREAT: (_verb("be studied to treat"), _verb("be in studies as a treatment for")),
    _P.PREVENTS: (_verb("prevent"), _verb("protect against")),
    _P.AMELIORATES: (_verb("ameliorate"), _verb("ease")),
    _P.EXACERBATES: (_verb("exacerbate"), _verb("worsen")),
    _P.CAUSES: (_verb("cause"), _verb("bring about")),
    _P.CONTRIBUTES_TO: (_verb("contribute to"),),
    _P.PREDISPOSES_TO: (_verb("predispose to"), _verb("raise the risk of")),
    _P.HAS_SIDE_EFFECT: (_verb("have", "has", "as a side effect"),),
    _P.ASSOCIATED_WITH: (_verb("be associated with"), _verb("be linked with")),
    _P.GENE_ASSOCIATED_WITH_CONDITION: (_verb("be associated with"), _verb("be linked with")),
    _P.CORRELATED_WITH: (_verb("correlate with"), _verb("vary with", "varies with")),
    _P.POSITIVELY_CORRELATED_WITH: (
        _verb("correlate positively with"),
        Verb("rises and falls together with", "rise and fall together with", "rise and fall together with"),
    ),
    _P.NEGATIVELY_CORRELATED_WITH: (_verb("correlate negatively with"), _verb("be inversely correlated with")),
    _P.COEXPRESSED_WITH: (_verb("be expressed together with"),),
    _P.BIOMARKER_FOR: (_verb("be a biomarker for"), _verb("be a marker of")),
    _P.EXPRESSED_IN: (_verb("be expressed in"),),
    _P.LOCATED_IN: (_verb("be located in"), _verb("be found in")),
    _P.HAS_PHENOTYPE: (_verb("have", "has", "as a feature"), _verb("show"), _verb("present with")),
    _P.PARTICIPATES_IN: (_verb("take part in"), _verb("participate in")),
    _P.ENABLES: (_verb("enable"),),
    _P.SUBSTRATE_OF: (_verb("be a substrate of"),),
    _P.PRODUCES: (_verb("produce"),),
    _P.PART_OF: (_verb("be part of"),),
    _P.SUBCLASS_OF: (_verb("be a kind of"),),
    _P.SIMILAR_TO: (_verb("be similar to"),),
    _P.HOMOLOGOUS_TO: (_verb("be homologous to"),),
    _P.VARIANT_OF: (_verb("be a variant of"),),
    _P.DERIVES_FROM: (_verb("derive from"), _verb("come from")),
    _P.IN_TAXON: (_verb("be found in the organism"),),
    _P.COEXISTS_WITH: (_verb("occur together with"), _verb("occur alongside")),
}

# A condition is no amount: what raises or lowers it is put as what it does to the patient.
_OF_CONDITIONS: Mapping[Predicate, tuple[Verb, ...]] = {
    _P.INCREASES: (_verb("promote"),),
    _P.ACTIVATES: (_verb("promote"),),
    _P.DECREASES: (_verb("counteract"),),
    _P.INHIBITS: (_verb("counteract"),),
}

# By what people call them; others are called by their names.
_SPECIES = {
    "NCBITaxon:9606": "humans",
    "NCBITaxon:10090": "mice",
    "NCBITaxon:10116": "rats",
    "NCBITaxon:7955": "zebrafish",
    "NCBITaxon:7227": "fruit flies",
    "NCBITaxon:6239": "the worm C. elegans",
    "NCBITaxon:9544": "rhesus monkeys",
}
_NO_PLURAL = re.compile(
    r"(?:ss|us|is|as|os|[A-Z]s)\Z|\A(?:diabetes|rabies|herpes|caries|scabies|ascites|measles|mumps|rickets|lens)\Z"
)
_PLURAL = frozenset({"bacteria", "archaea", "fungi", "mitochondria", "mice", "children", "people"})
_TAKES_ARTICLE = (Category.GROSS_ANATOMICAL_STRUCTURE, Category.ANATOMICAL_ENTITY)


def sentence_of(statement: Statement, entities: Mapping[str, Entity], *, may: bool = False, wording: int = 0) -> str:
    """What a statement says, without its context and without a full stop.

    Args:
        statement: what is said.
        entities: its two ends, by id; one that is not among them goes by its id.
        may: whether it is only supposed.
        wording: which of the predicate's wordings, from 0; taken modulo how many there are.
    """
    ends = [entities.get(each) for each in (statement.subject, statement.object)]
    subject, obj = (
        end.name if end else each for end, each in zip(ends, (statement.subject, statement.object), strict=True)
    )
    verbs = VERBS[statement.predicate]
    if ends[1] is not None and Category.DISEASE_OR_PHENOTYPIC_FEATURE.includes(ends[1].category):
        verbs = _OF_CONDITIONS.get(statement.predicate, verbs)
    verb = verbs[wording % len(verbs)]
    many = is_plural(subject)
    if may:
        said = f"may {'not ' if statement.negated else ''}{verb.plain}"
    elif statement.negated:
        said = _denied(verb, many=many)
    else:
        said = verb.several if many else verb.one
    return " ".join(filter(None, (subject, said, obj, verb.after)))


def _denied(verb: Verb, *, many: bool) -> str:
    if verb.plain.startswith("be "):
        return f"{'are' if many else 'is'} not {verb.plain[3:]}"
    return f"{'do' if many else 'does'} not {verb.plain}"


def is_plural(name: str) -> bool:
    """Whether a name takes a verb in the plural, as far as its last word tells.

    >>> [is_plural(each) for each in ("Senile plaques", "reactive oxygen species", "KRAS", "tauopathy", "sepsis")]
    [True, True, False, False, False]
    """
    words = re.sub(r"\s*[(,\[].*", "", name).split()
    last = words[-1] if words else ""
    if last.lower() in _PLURAL:
        return True
    return last[-1:] == "s" and last[1:].islower() and not _NO_PLURAL.search(last.lower())


def place_of(statement: Statement, entities: Mapping[str, Entity]) -> str:
    """Where a statement was found to hold, as " in mice, in the striatum"; empty where nobody says."""
    context = statement.context
    told = [in_words(each, entities) for each in (context.species, context.cell, context.anatomy) if each]
    return "".join(f", in {each}" for each in told)[1:]


def in_words(curie: str, entities: Mapping[str, Entity]) -> str:
    """A species, cell or tissue, as it is called after "in"."""
    if curie in _SPECIES:
        return _SPECIES[curie]
    entity = entities.get(curie)
    if entity is None:
        return curie
    article = "the " if entity.category in _TAKES_ARTICLE and not is_plural(entity.name) else ""
    return f"{article}{entity.name}"


def agreeing(name: str, plain: str) -> str:
    """A verb in the present with its subject: "KAPX1 rises", "Senile plaques rise".

    >>> agreeing("KAPX1", "get worse"), agreeing("Senile plaques", "get worse")
    ('KAPX1 gets worse', 'Senile plaques get worse')
    """
    head, _, rest = plain.partition(" ")
    return f"{name} {head if is_plural(name) else f'{head}s'}{' ' if rest else ''}{rest}"


def opened(sentence: str) -> str:
    """A sentence with a capital letter at its beginning, unless a name with a spelling of its own stands there.

    >>> opened("metformin raises APP"), opened("mTOR binds RPTOR")
    ('Metformin raises APP', 'mTOR binds RPTOR')
    """
    return sentence[:1].upper() + sentence[1:] if re.match(r"[a-z]{3,}(?:[\s,-]|\Z)", sentence) else sentence


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items as a list in words.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(number: int, noun: str) -> str:
    """A number with its noun: small ones in words.

    >>> counted(1, "paper"), counted(12, "study")
    ('one paper', '12 studies')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{_SMALL[number] if number < len(_SMALL) else f'{number:,}'} {noun if number == 1 else plural}"
