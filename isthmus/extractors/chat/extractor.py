"""The chat model behind the same protocol as every other extractor."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from isthmus.extractors.chat.asking import Answers, NoAnswer, asking, in_form
from isthmus.extractors.chat.assembly import Ground, Reading, assemble, dropped_note, unread_note
from isthmus.extractors.chat.findings import Findings
from isthmus.extractors.chat.passage import passages
from isthmus.extractors.chat.reading import read_passage
from isthmus.graph.model import Document, DocumentKind, Extraction

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

REPORTS_STAY = "clinical reports are not sent to a remote language model"


class ChatExtractor:
    """Reads with a LangChain chat model; keeps only what the text bears out.

    ``ground`` gives the concept that a name of a category means, or None. ``name`` is ``name/version``. Clinical
    reports are sent only with ``reads_reports``, which is for a model that runs on the same machine or may have them.
    ``answers`` keeps what was answered, so that it is paid for once. Raises ``UnsuitableModel`` where the model cannot
    answer by a JSON schema; ``extract`` raises nothing.
    """

    def __init__(
        self,
        model: BaseChatModel,
        ground: Ground,
        name: str,
        *,
        reads_reports: bool = False,
        answers: Answers | None = None,
    ) -> None:
        self.name = name
        self._ask = asking(in_form(model, Findings), name, Findings, answers)
        self._ground, self._reads_reports = ground, reads_reports

    def extract(self, document: Document) -> Extraction:
        """Everything that the model finds and the text bears out.

        ``reason`` says what was dropped and which passages had no answer. When the model's server fails, nothing of the
        document is kept: half a reading would pass for a whole one.
        """
        nothing = Extraction(document, self.name)
        if document.kind is DocumentKind.REPORT and not self._reads_reports:
            return replace(nothing, reason=REPORTS_STAY)
        parts = list(passages(document))
        if not parts:
            return replace(nothing, reason="no text")
        read: list[Reading] = []
        unread: Counter[str] = Counter()
        for passage in parts:
            try:
                read.append(Reading(passage, read_passage(self._ask, passage)))
            except NoAnswer as failure:
                if failure.outage:
                    return replace(nothing, reason=f"{failure}: nothing of the document was kept")
                unread[str(failure)] += 1
        found = assemble(nothing, self.name, self._ground, read)
        notes = [note for note in (dropped_note(found.dropped), unread_note(unread)) if note]
        if not notes and not found.kept:
            notes.append("the model found nothing")
        return replace(found.extraction, reason="; ".join(notes))
