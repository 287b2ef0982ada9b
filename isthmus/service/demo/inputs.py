"""The demo's inputs: what its sources hold, written as files that the ordinary readers take."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.graph.model import Modality
from isthmus.service.demo.download import SOURCES_LOCK, WANTED, SourcesUnreachable, fetch
from isthmus.service.demo.tables import (
    NEURODEGENERATION,
    descendants,
    disease_classes,
    enzyme_inhibitors,
    indications,
    names_in_annotations,
    read_genes,
    read_terms,
    write_associations,
)

__all__ = ["COLUMNS", "REPORTS", "SOURCES_LOCK", "DemoInput", "SourcesUnreachable", "fetch", "prepare"]

REPORTS = Path(__file__).with_name("reports")
COLUMNS = Path(__file__).with_name("associations.yaml")


class NoParquet(IsthmusError):
    """The package that reads Parquet files is not installed."""


@dataclass(frozen=True, slots=True)
class DemoInput:
    """Something to ingest: a file or folder, what ``--as`` calls it, and what a person should know of it.

    ``columns`` is the column map of a table.
    """

    path: Path
    kind: str
    modality: Modality
    title: str
    columns: Path | None = None


def prepare(folder: Path, out: Path) -> list[DemoInput]:
    """Write the inputs into ``out`` from the sources that ``fetch`` put into ``folder``; what was there is replaced.

    The HPO's annotations are cut to neurodegenerative diseases, dementias and movement disorders; the rest is whole.
    Raises ``NoParquet`` where duckdb is missing.
    """
    sources = {name: folder / Path(wanted).name for name, wanted in WANTED.items()}
    shutil.rmtree(out, ignore_errors=True)
    (out / "studies").mkdir(parents=True)
    studies = _write_studies(sources["studies"], out / "studies")

    chemicals, diseases = read_terms(sources["chemicals"], "CHEBI"), read_terms(sources["diseases"], "MONDO")
    brain = descendants(diseases, "MONDO", NEURODEGENERATION)
    write_associations(out / "enzyme_inhibitors.tsv", enzyme_inhibitors(chemicals, read_genes(sources["genes"])))
    write_associations(out / "indications.tsv", indications(chemicals, diseases))
    write_associations(out / "disease_classes.tsv", disease_classes(diseases, brain))
    annotated = names_in_annotations(diseases, brain)
    for name in ("disease_phenotypes", "gene_phenotypes"):
        _write_lines(out / sources[name].name, _rows_of(sources[name], annotated))

    def table(name: str, title: str) -> DemoInput:
        return DemoInput(out / name, "table", Modality.GENOMICS, title, COLUMNS)

    reports = len(list(REPORTS.glob("*.txt")))
    return [
        DemoInput(
            out / "studies", "text", Modality.LITERATURE, f"{studies} abstracts of neuroimaging studies (NiMARE)"
        ),
        DemoInput(REPORTS, "report", Modality.IMAGING, f"{reports} neuroradiology reports, invented for this demo"),
        DemoInput(out / "phenotype.hpoa", "hpo", Modality.GENOMICS, "phenotypes of brain diseases (HPO)"),
        DemoInput(out / "genes_to_phenotype.txt", "hpo", Modality.GENOMICS, "genes of brain diseases (HPO)"),
        table("enzyme_inhibitors.tsv", "chemicals that inhibit the product of a gene (ChEBI, HGNC)"),
        table("indications.tsv", "drugs and what they treat (ChEBI)"),
        table("disease_classes.tsv", "kinds of brain disease (MONDO)"),
    ]


def _write_studies(parquet: Path, out: Path) -> int:
    """One Markdown file a study, its title as the heading; how many there are."""
    count = 0
    for study, title, abstract in _read_studies(parquet):
        if title and abstract:
            (out / f"{Path(study).name}.md").write_text(
                f"# {' '.join(title.split())}\n\n{' '.join(abstract.split())}\n", "utf-8"
            )
            count += 1
    return count


def _read_studies(parquet: Path) -> list[tuple[str, str, str]]:
    """Study id, title and abstract of each study, by id."""
    try:
        import duckdb
    except ImportError as error:
        raise NoParquet("the demo needs one more package: pip install isthmus[demo]") from error
    with duckdb.connect() as connection:
        columns = "study_id, coalesce(name, ''), coalesce(description, '')"
        query = f"SELECT {columns} FROM read_parquet(?) ORDER BY study_id"  # noqa: S608 - the columns are ours
        return [(study, title, text) for study, title, text in connection.execute(query, [str(parquet)]).fetchall()]


def _rows_of(path: Path, diseases: Collection[str]) -> Iterator[str]:
    """The comments, the header and the rows of some diseases, whichever column has the disease."""
    column = -1
    with path.open(encoding="utf-8") as file:
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#"):
                yield line
            elif column < 0:
                column = next(place for place, name in enumerate(cells) if name in ("database_id", "disease_id"))
                yield line
            elif cells[column] in diseases:
                yield line


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines)
