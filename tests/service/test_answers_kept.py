"""Answers on disk: whole or absent, for their owner only."""

import os
import stat

from isthmus.extractors.chat.asking import Answer
from isthmus.extractors.chat.findings import Findings, FoundMention
from isthmus.service.answers_kept import AnswerFolder

ANSWER = Answer(Findings(mentions=[FoundMention(quote="MAOB", category="Gene")], statements=[]), '{"mentions": …}')
KEY = "0f" * 16


def test_what_was_kept_comes_back(tmp_path):
    answers = AnswerFolder(tmp_path / "answers")
    assert answers.get(KEY, Findings) is None
    assert KEY not in answers
    answers.put(KEY, ANSWER)
    assert answers.get(KEY, Findings) == ANSWER
    assert KEY in answers


def test_a_damaged_file_counts_as_absent(tmp_path):
    answers = AnswerFolder(tmp_path)
    answers.put(KEY, ANSWER)
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(file.read_bytes()[:20])
    assert answers.get(KEY, Findings) is None
    answers.put(KEY, ANSWER)
    assert answers.get(KEY, Findings) == ANSWER


def test_a_folder_that_cannot_be_written_loses_nothing_else(tmp_path):
    (tmp_path / "file").write_text("")
    AnswerFolder(tmp_path / "file").put(KEY, ANSWER)
    assert AnswerFolder(tmp_path / "file").get(KEY, Findings) is None


def test_half_a_character_is_let_go(tmp_path):
    answers = AnswerFolder(tmp_path)
    answers.put(KEY, Answer(ANSWER.filled, "\ud800"))
    assert answers.get(KEY, Findings) is None
    assert list(tmp_path.rglob("*.part")) == []


def test_only_the_owner_may_read(tmp_path):
    AnswerFolder(tmp_path).put(KEY, ANSWER)
    (file,) = tmp_path.rglob("*.json")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600  # noqa: PTH116
