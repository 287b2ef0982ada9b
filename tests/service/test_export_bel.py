"""The graph as a BEL script: each line is BEL, and what our own reader makes of it is what was said."""

import re
from itertools import product

import pytest
from service.awkward_graph import (
    ALONE,
    CAUSES,
    DRUG,
    GENE,
    INHIBITS,
    NOT_TREATS,
)

from isthmus.extractors.readers.bel import entity_of
from isthmus.extractors.readers.bel import relation as relation_read
from isthmus.graph.model import Entity, Statement
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.exports.bel import ALONE as ALONE_NOTE
from isthmus.service.exports.bel import DENIED, NO_SENTENCE, WIDER, export_bel
from isthmus.service.exports.bel_terms import relation

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
TERM = r'[a-z]+\((?:[a-z]+\()?\w+:"(?:[^"\\]|\\.)*"\)+'


def unquoted(text):
    assert QUOTED.fullmatch(text)
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def blocks(path):
    """The records after the definitions: citation, evidence, annotations and the statement of each."""
    head, *records = path.read_text(encoding="utf-8").split("\nSET Citation = ")
    found = []
    for record in records:
        citation, *lines = record.rstrip("\n").split("\n")
        values = dict(line.removeprefix("SET ").split(" = ", 1) for line in lines if line.startswith("SET "))
        said = [line for line in lines if not line.startswith(("SET ", "UNSET "))]
        undone = {line.removeprefix("UNSET ") for line in lines if line.startswith("UNSET ")}
        assert undone == values.keys() - {"Evidence"}  # or the next statement would inherit them
        cited = [unquoted(f'"{part}"') for part in QUOTED.findall(citation)]
        found.append((cited, {key: unquoted(value) for key, value in values.items()}, *said))
    return head, found


def test_every_sentence_is_a_statement_with_citation_and_annotations(awkward_store, tmp_path):
    written = export_bel(awkward_store, tmp_path / "out")
    head, records = blocks(written.files[0])
    assert (written.nodes, written.edges) == (3, 3)
    assert len(records) == 3
    assert all(f"DEFINE NAMESPACE {each} AS PATTERN" in head for each in ("CHEBI", "HGNC", "TEXT"))
    said = {(record[2], record[1]["Evidence"]): record for record in records}
    inhibits = 'a(CHEBI:"1") decreases act(p(HGNC:"620"))'
    cited, values, _ = said[inhibits, "It may block it."]
    assert cited == ["DOI", "doi:10.1/<x>(2)", "10.1/<x>(2)"]
    [row] = awkward_store.statements([INHIBITS.id]).values()
    assert values == {
        "Evidence": "It may block it.",
        "Anatomy": "UBERON:0000955",
        "Assertion": "speculated",
        "Belief": repr(row.belief),
        "Cell": "CL:0000129",
        "Extractor": "hand/1",
        "FirstYear": "1999",
        "Retracted": "true",
        "Score": "0.9",
        "Species": "NCBITaxon:10090",
        "Year": "1999",
    }
    caused = said['p(HGNC:"620") increases path(TEXT:"the \\"odd\\" one")', NO_SENTENCE]
    assert caused[1]["Predicate"] == "causes"


def test_every_line_of_the_script_is_one_of_bels(awkward_store, tmp_path):
    quoted = QUOTED.pattern
    lines = [
        rf"SET DOCUMENT \w+ = {quoted}",
        rf"DEFINE (?:NAMESPACE|ANNOTATION) \w+ AS PATTERN {quoted}",
        rf"SET Citation = \{{{quoted}(?:, {quoted}){{2}}\}}",
        rf"SET \w+ = {quoted}",
        r"UNSET \w+",
        rf"{TERM} \w+ {TERM}",
    ]
    script = export_bel(awkward_store, tmp_path).files[0].read_text(encoding="utf-8")
    for line in filter(None, script.split("\n")):
        assert any(re.fullmatch(each, line) for each in lines), line
        assert not re.search(r"[\x00-\x1f\x7f]", line)
        assert " //" not in line  # some readers take it for a comment


def test_what_bel_cannot_say_is_left_out_or_widened_and_counted(awkward_store, tmp_path):
    assert export_bel(awkward_store, tmp_path).notes == {DENIED: 1, WIDER: 1, ALONE_NOTE: 1}
    assert NOT_TREATS.negated
    assert ALONE.id
    assert CAUSES.predicate is Predicate.CAUSES


# -- in again --


VARIANT = Entity("dbSNP:rs1", "rs1", Category.SEQUENCE_VARIANT)
NAMED = Entity("text:disease/some-palsy", "some palsy", Category.DISEASE)
NOUNS = (DRUG, GENE, NAMED, Entity("GO:0006914", "autophagy", Category.BIOLOGICAL_PROCESS))
SENTENCE = re.compile(rf"({TERM}) (\w+) ({TERM})")


def read_again(text):
    """A line of the script as our reader of BEL tables understands it."""
    subject, word, obj = SENTENCE.fullmatch(text).groups()
    known = {entity.id: entity for entity in (*NOUNS, VARIANT)}.get
    ends = [entity_of(end, known, lambda name, category: None).id for end in (subject, obj)]
    read = relation_read(word, obj)
    if read.turned:
        ends.reverse()
    return Statement.of(ends[0], read.predicate, ends[1], negated=read.negated)


@pytest.mark.parametrize("predicate", list(Predicate))
def test_what_bel_says_exactly_is_read_as_it_was_and_the_rest_is_marked(predicate):
    subject = VARIANT if predicate is Predicate.VARIANT_OF else GENE
    for obj, negated in product(NOUNS, (False, True)):
        statement = Statement.of(subject.id, predicate, obj.id, negated=negated)
        said = relation(statement, *((subject, obj) if statement.subject == subject.id else (obj, subject)))
        if said is None:
            assert negated
        elif predicate is Predicate.BINDS:
            assert said.exact == (obj in (DRUG, GENE))
        elif said.exact:
            assert read_again(said.text) == statement
        else:
            assert SENTENCE.fullmatch(said.text)[2] in {"increases", "decreases", "association", "causesNoChange"}


def test_a_predicate_that_is_only_widened_never_turns_round():
    """What raises is never said to lower, and a denied fact is never said as one."""
    for predicate in Predicate:
        said = relation(Statement.of(DRUG.id, predicate, GENE.id), DRUG, GENE)
        assert (" decreases " in said.text) <= (predicate.sign == "negative"), predicate
        assert (" increases " in said.text) <= (predicate.sign == "positive"), predicate
        denied = relation(Statement.of(DRUG.id, predicate, GENE.id, negated=True), DRUG, GENE)
        assert denied is None or " causesNoChange " in denied.text
