"""CURIEs: one way to write each, and 64 bits to keep it in.

The local part of nearly every identifier is a number, so a CURIE is kept as (form, number), where the form is
everything before the number and how many digits it has: ``MESH:D010300`` is form ``("MESH:D", 6)``, number 10300.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# However people and sources write a prefix (lower-cased, without spaces, dots or underscores) -> as Biolink writes it.
PREFIXES = {
    name: written
    for written, names in {
        "MONDO": "mondo",
        "MESH": "mesh msh meshd meshdescriptor meshid",
        "DOID": "doid do",
        "OMIM": "omim mim",
        "OMIM.PS": "omimps phenotypicseries",
        "CHEBI": "chebi",
        "DRUGBANK": "drugbank db",
        "CHEMBL.COMPOUND": "chembl chemblcompound",
        "PUBCHEM.COMPOUND": "pubchem pubchemcompound cid",
        "CAS": "cas",
        "HGNC": "hgnc",
        "NCBIGene": "ncbigene entrezgene entrez geneid egid ncbigeneid gene",
        "UniProtKB": "uniprotkb uniprot up uniprotkbswissprot",
        "ENSEMBL": "ensembl ensemblgene",
        "MGI": "mgi",
        "RGD": "rgd",
        "GO": "go",
        "HP": "hp hpo",
        "UBERON": "uberon",
        "CL": "cl",
        "NCBITaxon": "ncbitaxon taxonomy taxon taxid ncbitaxonomy",
        "FPLX": "fplx famplex",
        "EFO": "efo",
        "Orphanet": "orphanet orpha ordo",
        "UMLS": "umls umlscui cui",
    }.items()
    for name in names.split()
}
_NUMBERED = re.compile(r"(.*?[^0-9])([0-9]{1,19})\Z", re.DOTALL)
_UNIPROT = re.compile(r"UniProtKB:([A-Z0-9]{6})\Z")
_ALPHANUMERIC = "UniProtKB:"
_WORDS = ("", 0)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LARGEST = (1 << 32) - 1


def written(curie: str) -> str:
    """A CURIE with its prefix as the lexicon writes it; unknown prefixes stay. Doubled prefixes are mended.

    >>> written("mesh:D010300"), written("MIM:168600"), written("CHEBI:CHEBI:6801"), written("ORPHA:319705")
    ('MESH:D010300', 'OMIM:168600', 'CHEBI:6801', 'Orphanet:319705')
    """
    prefix, colon, local = curie.strip().partition(":")
    if not colon:
        return curie.strip()
    known = PREFIXES.get(re.sub(r"[\s._]", "", prefix).lower(), prefix)
    local = local.strip()
    doubled, colon, rest = local.partition(":")
    if colon and PREFIXES.get(doubled.lower()) == known:
        local = rest
    if known == "UniProtKB":
        local = local.upper()
    elif known == "CHEMBL.COMPOUND" and local.isdigit():
        local = f"CHEMBL{local}"
    return f"{known}:{local}"


@dataclass(slots=True)
class Forms:
    """The forms of CURIEs that a table uses, at most 65,536, and the few CURIEs that have no number (``FPLX:ERK``)."""

    forms: list[tuple[str, int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    _form_index: dict[tuple[str, int], int] = field(default_factory=dict)
    _word_index: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Iterable[tuple[str, int]], words: Iterable[str]) -> Forms:
        """The forms as they were written to disk."""
        made = cls(list(forms), list(words))
        made._form_index = {form: index for index, form in enumerate(made.forms)}
        made._word_index = {word: index for index, word in enumerate(made.words)}
        return made

    def add(self, curie: str) -> int:
        """Its code: form number << 32 | number. What is new is added."""
        form, number = _parts(curie)
        if form == _WORDS:
            number = self._word_index.setdefault(curie, len(self.words))
            self.words += [curie] * (number == len(self.words))
        index = self._form_index.setdefault(form, len(self.forms))
        self.forms += [form] * (index == len(self.forms))
        return index << 32 | number

    def find(self, curie: str) -> int | None:
        """Its code; None where no such CURIE can be in the table."""
        form, number = _parts(curie)
        index = self._form_index.get(form)
        if form == _WORDS:
            word = self._word_index.get(curie)
            return None if word is None or index is None else index << 32 | word
        return None if index is None else index << 32 | number

    def curie(self, code: int) -> str:
        """The CURIE again."""
        form = head, width = self.forms[code >> 32]
        number = code & _LARGEST
        if form == _WORDS:
            return self.words[number]
        if head != _ALPHANUMERIC:
            return f"{head}{number:0{width}d}"
        local = ""
        for _ in range(width):
            number, digit = divmod(number, 36)
            local = _DIGITS[digit] + local
        return head + local


def _parts(curie: str) -> tuple[tuple[str, int], int]:
    accession = _UNIPROT.match(curie)
    if accession:
        return (_ALPHANUMERIC, 6), int(accession.group(1), 36)
    found = None if curie.startswith("FPLX:") else _NUMBERED.match(curie)
    if not found or int(found.group(2)) > _LARGEST:
        return _WORDS, 0
    return (found.group(1), len(found.group(2))), int(found.group(2))
