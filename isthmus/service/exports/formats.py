"""The names of the formats that the graph can be written in."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """What the graph can be written as."""

    KGX = "kgx"
    GRAPHML = "graphml"
    CYTOSCAPE = "cytoscape"
    BEL = "bel"
    RDF = "rdf"
