"""What the examples of the description name. They are of the small graph of the tests, on which each of them is asked."""

from __future__ import annotations

from typing import Any

DRUG, DRUG_NAME = "CHEBI:6801", "metformin"
DISEASE, DISEASE_NAME = "MONDO:0005180", "Parkinson disease"
DOCUMENT = "pmid:1001"
STATEMENT = "bb4d23d74acfa3963808858c3cac91e4"  # metformin activates PRKAA1
HYPOTHESIS = "afc26f12b7da14c82f8348501daac5f7"  # metformin and Parkinson disease
WATCH = "b46f1a883e11e329db78eb21234db596"  # the same two
REVIEWER = "M. Curie"
SCHEDULE = "gut-brain"


def example(value: dict[str, Any]) -> dict[str, Any]:
    """As the schema of a body has it."""
    return {"examples": [value]}
