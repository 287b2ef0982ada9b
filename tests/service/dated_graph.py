"""A graph with a past, made up: four subfields whose drugs, genes and diseases find each other year after year."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FIELDS = ("sleep", "memory", "motion", "pain")
FIRST, LAST = 1990, 2012
KINDS = (
    ("CHEBI", "Drug", "drug", 28),
    ("HGNC", "Gene", "gene", 48),
    ("MONDO", "Disease", "disorder", 20),
)
LINKS = (
    ("CHEBI", "biolink:affects", "HGNC", ("biolink:causes", "activity", "decreased"), 150),
    ("HGNC", "biolink:gene_associated_with_condition", "MONDO", ("", "", ""), 130),
    ("HGNC", "biolink:interacts_with", "HGNC", ("", "", ""), 150),
    ("CHEBI", "biolink:treats", "MONDO", ("", "", ""), 60),
)
COLUMNS = [
    "subject",
    "predicate",
    "object",
    "publications",
    "year",
    "supporting_text",
    "belief",
    "qualified_predicate",
    "object_aspect_qualifier",
    "object_direction_qualifier",
]


def write_dated_graph(folder: Path, seed: int = 0) -> tuple[Path, Path]:
    """Its nodes and edges as KGX. Of ten links nine stay within a field; one paper says one thing."""
    generator = np.random.default_rng(seed)
    names = {
        f"{prefix}:{900000 + place}": (category, f"{FIELDS[place % 4]} {noun} {place}", place % 4)
        for prefix, category, noun, count in KINDS
        for place in range(count)
    }
    rows: dict[tuple[str, str, str], str] = {}
    for subject, predicate, obj, qualifiers, count in LINKS:
        ends = [[one for one in names if one.startswith(prefix)] for prefix in (subject, obj)]
        for _ in range(count):
            first = str(generator.choice(ends[0]))
            fellows = [one for one in ends[1] if names[one][2] == names[first][2]]
            second = str(generator.choice(fellows if generator.random() < 0.9 else ends[1]))
            if first == second:
                continue
            year = int(generator.integers(FIRST, LAST + 1))
            text = f"The {names[first][1]} had to do with the {names[second][1]} in a {FIELDS[names[first][2]]} study."
            said = (f"PMID:{70000 + len(rows)}", str(year), text, "0.9", *qualifiers)
            rows.setdefault((first, predicate, second), "\t".join((first, predicate, second, *said)))
    nodes, edges = folder / "dated_nodes.tsv", folder / "dated_edges.tsv"
    described = [f"{one}\t{name}\tbiolink:{category}" for one, (category, name, _) in names.items()]
    nodes.write_text("\n".join(("id\tname\tcategory", *described)) + "\n", encoding="utf-8")
    edges.write_text("\n".join(("\t".join(COLUMNS), *rows.values())) + "\n", encoding="utf-8")
    return nodes, edges
