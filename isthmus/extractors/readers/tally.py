"""What is worth telling of a file that went well otherwise, counted while it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from isthmus.extractors.reading import Note

MOST_TEXTS = 500  # of one topic: a file of a million different words must not fill the memory
OTHERS = "others, each of them rarely"


@dataclass(slots=True)
class Tally:
    """Counts by topic and text; of a topic the first ``MOST_TEXTS`` texts by themselves, the rest together."""

    _counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, topic: str, text: str) -> None:
        """Count one more of these."""
        counts = self._counts.setdefault(topic, Counter())
        counts[text if text in counts or len(counts) < MOST_TEXTS else OTHERS] += 1

    def notes(self) -> Iterator[Note]:
        """The counts, by topic and text.

        >>> tally = Tally()
        >>> for word in ("a", "b", "a"):
        ...     tally.add("word", word)
        >>> [(note.text, note.count) for note in tally.notes()]
        [('a', 2), ('b', 1)]
        """
        for topic, counts in sorted(self._counts.items()):
            for text, count in sorted(counts.items()):
                yield Note(topic, text, count)
