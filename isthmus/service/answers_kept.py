"""Answers of language models on disk, so that a question is paid for once: one JSON file each, named by content hash."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ValidationError

from isthmus.extractors.chat.asking import Answer
from isthmus.extractors.chat.findings import Findings


class _Kept(BaseModel):
    words: str
    findings: Findings


class AnswerFolder:
    """A folder of answers, for this user's eyes only: they quote what was read. Implements ``Answers``.

    A file that cannot be read counts as absent, and one that cannot be written is let go: the answer is used all the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def get(self, key: str) -> Answer | None:
        """The answer under this key, where there is a whole one."""
        try:
            kept = _Kept.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None
        return Answer(kept.findings, kept.words)

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer. It is there as a whole or not at all, also after a crash."""
        path = self._path(key)
        with suppress(OSError, ValueError):  # ValueError: half a character, which no file may hold
            content = _Kept(words=answer.words, findings=answer.findings).model_dump_json().encode()
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")  # readable by its owner only
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
