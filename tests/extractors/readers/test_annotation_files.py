"""What every reader of annotations does with a file, whatever its format says.

Each kind is given by a header, a row for each number, the line that its first row stands on, and its reader.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from annotation_files import canonical, gathered, save

from isthmus.extractors.readers import association_table, gaf, gwas, hpo, kgx, kgx_names, source, tabular, terms
from isthmus.extractors.reading import Record, UnreadableFile


@dataclass(frozen=True)
class Kind:
    name: str
    header: str
    row: Callable[[int], str]
    read: Callable[[Path], Iterator[Record]]

    def text(self, numbers) -> str:
        return self.header + "".join(f"{self.row(number)}\n" for number in numbers)

    @property
    def first_line(self) -> int:
        return self.header.count("\n") + 1


def by_canonical(reader):
    return lambda path: reader.read(path, canonical)


def table_reader(path):
    return association_table.read(path, canonical, association_table.ColumnMap.parse("subject=gene,object=ill"))


KINDS = [
    Kind(
        "rows.gaf",
        "!gaf-version: 2.2\n",
        lambda n: "\t".join(
            [
                "UniProtKB",
                f"P{n:05}",
                f"G{n}",
                "enables",
                f"GO:{n:07}",
                f"PMID:{n + 1}",
                "IDA",
                "",
                "F",
                "",
                "",
                "protein",
                "taxon:9606",
                "20200101",
                "Us",
                "",
                "",
            ]
        ),
        by_canonical(gaf),
    ),
    Kind(
        "phenotype.hpoa",
        "#version: 1\ndatabase_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tfrequency\taspect\tbiocuration\n",
        lambda n: f"OMIM:{n + 100}\tillness {n}\t\tHP:{n:07}\tPMID:{n + 1}\tPCS\t1/2\tP\tUs[2020-01-01]",
        by_canonical(hpo),
    ),
    Kind(
        "genes_to_phenotype.txt",
        "ncbi_gene_id\tgene_symbol\thpo_id\thpo_name\tfrequency\tdisease_id\n",
        lambda n: f"{n + 1}\tG{n}\tHP:{n + 9_000_000}\tsign {n}\t-\tOMIM:{n + 100}",
        by_canonical(hpo),
    ),
    Kind(
        "gwas.tsv",
        "PUBMEDID\tDISEASE/TRAIT\tSNPS\tP-VALUE\tSNP_GENE_IDS\n",
        lambda n: f"{n + 1}\ttrait {n}\trs{n + 1}\t1E-9\t{n + 1}",
        by_canonical(gwas),
    ),
    Kind("links.tsv", "gene\till\n", lambda n: f"A:{n}\tB:{n}", table_reader),
    Kind("links.csv", "gene,ill\n", lambda n: f"A:{n},B:{n}", table_reader),
    Kind("our_nodes.tsv", "id\tcategory\tname\n", lambda n: f"X:{n}\tbiolink:Gene\tgene {n}", by_canonical(kgx)),
    Kind(
        "our_edges.tsv",
        "subject\tpredicate\tobject\tpublications\n",
        lambda n: f"X:{n}\tbiolink:causes\tY:{n}\tPMID:{n + 1}",
        by_canonical(kgx),
    ),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request):
    return request.param


def said(reading):
    """What a reading says, without the id of the file and the papers' ids."""
    return reading.facts, set(reading.entities), {each.text for each in reading.evidence}


def test_rows_are_read(kind, tmp_path):
    found = gathered(kind.read(save(tmp_path / kind.name, kind.text(range(5)))))
    assert not found.unreadable
    assert len(found.facts) >= 5 or kind.name == "our_nodes.tsv"
    assert len(found.entities) >= 5


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.removesuffix("\n"),
        lambda text: text + "\n\n",
    ],
    ids=["CRLF", "byte order mark", "no line end at the end", "blank lines at the end"],
)
def test_how_the_file_was_saved_changes_nothing(kind, tmp_path, change):
    text = kind.text(range(5))
    plain = gathered(kind.read(save(tmp_path / kind.name, text)))
    changed = gathered(kind.read(save(tmp_path / kind.name, change(text))))
    assert said(changed) == said(plain)
    assert not changed.unreadable


def test_a_packed_file_says_the_same_as_the_same_document(kind, tmp_path):
    text = kind.text(range(5))
    plain = gathered(kind.read(save(tmp_path / kind.name, text)))
    (tmp_path / kind.name).unlink()
    packed = gathered(kind.read(save(tmp_path / f"{kind.name}.gz", text)))
    assert said(packed) == said(plain)
    assert packed.extractions[0].document.id == plain.extractions[0].document.id


def test_a_row_of_noise_among_good_ones_is_named_with_its_line(kind, tmp_path):
    text = kind.header + f"{kind.row(1)}\n?\n{kind.row(2)}\n"
    found = gathered(kind.read(save(tmp_path / kind.name, text)))
    (bad,) = found.unreadable
    assert (bad.source, bad.record) == (kind.name, f"line {kind.first_line + 1}")
    assert bad.reason
    rest = gathered(kind.read(save(tmp_path / kind.name, kind.text((1, 2)))))
    assert said(found) == said(rest)


def test_a_line_that_is_not_utf8_is_named_and_the_others_are_in(kind, tmp_path):
    (tmp_path / kind.name).write_bytes(kind.text([1]).encode() + b"\xff\xfe\n" + f"{kind.row(2)}\n".encode())
    found = gathered(kind.read(tmp_path / kind.name))
    assert [each.record for each in found.unreadable] == [f"line {kind.first_line + 1}"]
    assert "UTF-8" in found.unreadable[0].reason


def test_an_empty_file_is_named(kind, tmp_path):
    with pytest.raises(UnreadableFile, match=f"{kind.name} is empty"):
        gathered(kind.read(save(tmp_path / kind.name, "")))


def test_a_header_alone_is_an_empty_document_with_a_reason(kind, tmp_path):
    (extraction,) = gathered(kind.read(save(tmp_path / kind.name, kind.header))).extractions
    assert extraction.empty
    assert extraction.reason == "no rows below the header"


def test_a_file_that_breaks_off_gives_what_came_before(kind, tmp_path):
    path = save(tmp_path / f"{kind.name}.gz", kind.text(range(5_000)))
    path.write_bytes(path.read_bytes()[:-2000])
    found = gathered(kind.read(path))
    assert len(found.entities) > 100
    assert "could not be read" in found.unreadable[-1].reason


def test_memory_does_not_grow_with_rows(kind, tmp_path, monkeypatch):
    for module in (tabular, kgx):
        monkeypatch.setattr(module, "PART_ROWS", 100)
    for module in (terms, gwas, association_table):
        monkeypatch.setattr(module, "REMEMBERED", 100)
    monkeypatch.setattr(kgx_names, "IN_MEMORY", 100)
    monkeypatch.setattr(source, "CHUNK", 4096)

    def peak(rows):
        path = save(tmp_path / kind.name, kind.text(range(rows)))
        tracemalloc.start()
        try:
            for _ in kind.read(path):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)  # what is loaded once
    assert peak(8_000) < 1.6 * peak(2_000)  # it would be four times as much; garbage is collected now and then
