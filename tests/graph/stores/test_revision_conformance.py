"""A store counts the writes to its graph: the number tells a reader at once whether anything is other than it was."""

from dataclasses import replace

from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Mention, Modality, Statement
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.graph.vocabulary import Category, Predicate

SAID = Statement.of("HGNC:1", Predicate.ACTIVATES, "HGNC:2")
PAPER = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "Alpha and beta", (), "2001")
READ = Extraction(
    PAPER,
    "test",
    (Entity("HGNC:1", "Alpha", Category.GENE), Entity("HGNC:2", "beta", Category.GENE)),
    (Mention(0, 5, "Alpha", Category.GENE, "HGNC:1", 0, 0.9),),
    (SAID,),
    (Evidence(SAID.id, "pmid:1", "Alpha switched beta on.", "test", 0.9),),
)


def number(store):
    return store.revision()[0]


def test_each_write_to_the_graph_has_another_number(store):
    seen = [number(store)]
    store.write([READ])
    seen.append(number(store))
    judged = Verdict(SAID.id, VerdictAbout.STATEMENT, VerdictKind.CORRECT, "M. Curie")
    store.put_verdict(judged)
    seen.append(number(store))
    store.delete_verdict(judged.id)
    seen.append(number(store))
    # Another title, and another name marked: neither is part of the version.
    store.write([replace(READ, document=replace(PAPER, title="Alpha, beta"), mentions=())])
    seen.append(number(store))
    store.delete(["pmid:1"])
    seen.append(number(store))
    assert seen == sorted(set(seen))


def test_what_changes_nothing_of_the_graph_keeps_the_number(store):
    store.write([READ])
    before = number(store)
    store.write([READ])
    store.put_entry(EntryKind.WATCH, "a", {"a": 1})
    store.version()
    assert number(store) == before


def test_the_version_is_told_once_it_is_known(store):
    store.write([READ])
    assert store.revision()[1] == ""
    version = store.version()
    assert store.revision() == (number(store), version)
    store.write([replace(READ, document=replace(PAPER, id="pmid:2"))])
    assert store.revision()[1] == ""
