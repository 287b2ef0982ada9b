"""Answers of language models on disk, so that a question is paid for once: one JSON file each, named by content hash."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from isthmus.extractors.chat.asking import Answer, F


class AnswerFolder:
    """A folder of answers, for this user's eyes only: they quote what was read. Implements ``Answers``.

    A file that cannot be read counts as absent, and one that cannot be written is let go: the answer is used all the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def get(self, key: str, form: type[F]) -> Answer[F] | None:
        """The answer under this key, where there is a whole one in this form."""
        try:
            kept = json.loads(self._path(key).read_bytes())
            return Answer(form.model_validate(kept["filled"]), str(kept["words"]))
        except (OSError, ValueError, TypeError, KeyError):  # pydantic's errors are ValueErrors
            return None

    def put(self, key: str, answer: Answer[Any]) -> None:
        """Keep an answer. It is there as a whole or not at all, also after a crash."""
        path = self._path(key)
        with suppress(OSError, ValueError):  # ValueError: half a character, which no file may hold
            kept = {"words": answer.words, "filled": answer.filled.model_dump(mode="json")}
            content = json.dumps(kept, ensure_ascii=False).encode()
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
