"""From CURIEs to the web addresses by which linked data names things."""

from __future__ import annotations

from urllib.parse import quote

OBO = "http://purl.obolibrary.org/obo/"
OWN = "urn:isthmus:"

# As Bioregistry (https://bioregistry.io) lists them for RDF; the prefixes are those that the graph writes.
IRIS = {
    **{
        prefix: f"{OBO}{prefix}_"
        for prefix in (
            "BTO", "CHEBI", "CL", "DOID", "ECO", "FBbt", "FMA", "GO", "HP", "IAO", "MONDO", "MP", "NCBITaxon", "NCIT",
            "OBI", "PATO", "PR", "RO", "SO", "SYMP", "UBERON",
        )
    },
    "CAS": "http://identifiers.org/cas/",
    "CHEMBL.COMPOUND": "http://identifiers.org/chembl.compound/",
    "DRUGBANK": "http://identifiers.org/drugbank/",
    "EC": "https://identifiers.org/ec-code:",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "ENSEMBL": "http://identifiers.org/ensembl/",
    "FB": "http://identifiers.org/fb/",
    "FPLX": "https://identifiers.org/fplx:",
    "HGNC": "http://identifiers.org/hgnc/",
    "INTERPRO": "https://identifiers.org/interpro:",
    "KEGG.PATHWAY": "https://bioregistry.io/kegg.pathway:",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "MGI": "https://identifiers.org/MGI:",
    "NCBIGene": "http://identifiers.org/ncbigene/",
    "OMIM": "https://omim.org/entry/",
    "OMIM.PS": "https://www.omim.org/phenotypicSeries/",
    "Orphanet": "http://www.orpha.net/ORDO/Orphanet_",
    "PUBCHEM.COMPOUND": "http://rdf.ncbi.nlm.nih.gov/pubchem/compound/CID",
    "REACT": "https://identifiers.org/reactome:",
    "RGD": "http://identifiers.org/rgd/",
    "SNOMEDCT": "http://snomed.info/id/",
    "UMLS": "http://identifiers.org/umls/",
    "UniProtKB": "http://purl.uniprot.org/uniprot/",
    "ZFIN": "https://zfin.org/",
    "dbSNP": "http://identifiers.org/dbsnp/",
    "doi": "https://doi.org/",
    "pmc": "http://europepmc.org/articles/",
    "pmid": "http://rdf.ncbi.nlm.nih.gov/pubmed/",
}  # fmt: skip
_KEPT = "/:@!$&'()*+,;="


def iri(curie: str) -> str:
    """The address of an entity or a document; a name of our own (a URN) where no registry gives one.

    >>> iri("GO:0008150"), iri("doi:10.1/a<b>")
    ('http://purl.obolibrary.org/obo/GO_0008150', 'https://doi.org/10.1/a%3Cb%3E')
    >>> iri("text:gene/bace 1")
    'urn:isthmus:thing:text:gene/bace%201'
    """
    prefix, _, local = curie.partition(":")
    base = IRIS.get(prefix)
    return f"{OWN}thing:{quote(curie, safe=_KEPT)}" if base is None or not local else base + quote(local, safe=_KEPT)
