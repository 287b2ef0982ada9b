"""All that is known of a claim: one row of numbers, and its hashed words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.verification.claim import Claim
from isthmus.extractors.verification.grams import hashed_grams
from isthmus.extractors.verification.syntax import read_syntax
from isthmus.extractors.verification.wording import read_claim, wording_features

LONGEST = 4000  # characters of a text that are looked at; a sentence is rarely longer than 600


@dataclass(frozen=True, slots=True)
class Known:
    """``numbers`` by name, the same names for every claim, NaN where one cannot be told; ``grams`` are hashed words."""

    numbers: Mapping[str, float]
    grams: NDArray[np.int32]


def claim_features(claims: Sequence[Claim], lexicon: Lexicon) -> list[Known]:
    """What is known of each claim, in the order given."""
    readings = [read_claim(one_line(claim), lexicon) for claim in claims]
    return [
        Known(wording_features(reading, lexicon) | syntax.numbers, hashed_grams(reading, syntax.path))
        for reading, syntax in zip(readings, read_syntax(readings, lexicon), strict=True)
    ]


def one_line(claim: Claim) -> Claim:
    """The claim with runs of white space as one space, half surrogate pairs as ?, its text cut to ``LONGEST`` characters."""
    text, *names = (
        " ".join(part[:LONGEST].encode("utf-8", "replace").decode().split())
        for part in (claim.text, claim.type, claim.subject, claim.object)
    )
    return Claim(text, *names)
