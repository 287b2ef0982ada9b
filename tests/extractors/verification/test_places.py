"""Where a sentence names a thing that the statement calls otherwise."""

import pytest

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.verification.places import How, locate


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


@pytest.mark.parametrize(
    ("text", "name", "surfaces", "how"),
    [
        ("AKT1 phosphorylates GSK3B.", "AKT1", ["AKT1"], How.VERBATIM),
        ("Loss of IL 6 and IL-6 alike.", "IL6", ["IL 6", "IL-6"], How.VERBATIM),
        ("The p53 protein binds DNA.", "TP53", ["p53"], How.SYNONYM),
        ("Phospho-ERK1 rises.", "ERK", ["ERK1"], How.PART),
        ("Focal adhesion kinase is needed.", "FAKX", [], How.NOT_FOUND),
        ("A tissue growth inducer is made.", "TGI", ["tissue growth inducer"], How.INITIALS),
        ("Nothing of the kind.", "", [], How.NOT_GIVEN),
    ],
)
def test_a_name_is_found_in_the_surest_way_there_is(lexicon, text, name, surfaces, how):
    found = locate(text, name, lexicon)
    assert found.how is how
    assert [text[place.start : place.end] for place in found.places] == surfaces
