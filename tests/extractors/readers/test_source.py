"""Bytes and lines of a file."""

import gzip
import os

import pytest
from extractors.readers.samples import written

from isthmus.extractors.readers import source
from isthmus.extractors.readers.source import BrokenOff, Caps, Line, chunks, head, lines, raw_lines, undecodable, whole
from isthmus.extractors.reading import Unreadable, UnreadableFile

NUMBERS = "".join(f"{number * 7919 % 99991}\n" for number in range(200_000)).encode()


@pytest.mark.parametrize("packed", [False, True])
def test_the_bytes_of_a_file_come_in_bounded_pieces(tmp_path, packed):
    pieces = list(chunks(written(tmp_path / "file", NUMBERS, packed=packed)))
    assert b"".join(pieces) == NUMBERS
    assert max(map(len, pieces)) <= source.CHUNK


def test_a_file_of_several_gzip_members_is_read_to_the_end(tmp_path):
    path = written(tmp_path / "file", gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert b"".join(chunks(path)) == b"one\ntwo\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\x1f\x8b", "is a damaged gzip file"),
        (b"\x1f\x8bno gzip at all", "is a damaged gzip file"),
    ],
)
def test_a_file_without_content_is_refused(tmp_path, content, told):
    path = written(tmp_path / "file", content)
    with pytest.raises(UnreadableFile, match=told) as refused:
        list(chunks(path))
    assert str(path) in str(refused.value)


def test_what_is_no_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile, match="pipe is not a regular file"):
        list(chunks(tmp_path / "pipe"))
    with pytest.raises(UnreadableFile, match=r"absent does not exist\. Give the path"):
        list(chunks(tmp_path / "absent"))
    with pytest.raises(UnreadableFile, match="is not a regular file"):
        list(chunks(tmp_path))


@pytest.mark.parametrize("cut", [100, 5_000])
def test_a_gzip_file_cut_short_gives_what_came_before(tmp_path, cut):
    path = written(tmp_path / "file", gzip.compress(NUMBERS)[:-cut])
    taken = []
    with pytest.raises(BrokenOff, match=r"is a damaged gzip file .* Get it again"):
        taken.extend(chunks(path))
    assert len(b"".join(taken)) > len(NUMBERS) // 2
    assert NUMBERS.startswith(b"".join(taken))


def test_damage_in_the_middle_gives_what_came_before(tmp_path):
    content = bytearray(gzip.compress(NUMBERS))
    content[len(content) // 2 :] = bytes(len(content) // 2)
    read = list(lines(written(tmp_path / "file", bytes(content))))
    assert len(read) > 10_000
    assert isinstance(read[-1], Unreadable)
    assert read[-1].record == f"after line {len(read) - 1}"


def test_a_file_beyond_the_size_cap_is_refused(tmp_path):
    path = written(tmp_path / "file", b"x" * 1001)
    with pytest.raises(UnreadableFile, match=r"holds more than 1,000 bytes\. Split it"):
        list(chunks(path, Caps(size=1000)))
    assert list(chunks(path, Caps(size=1001))) == [b"x" * 1001]


def test_a_gzip_bomb_is_refused_long_before_it_is_unpacked(tmp_path):
    bomb = gzip.compress(bytes(50_000_000))
    path = written(tmp_path / "bomb.gz", bomb)
    taken: list[bytes] = []
    with pytest.raises(UnreadableFile, match="unpacks to more than 200 times its size") as refused:
        taken.extend(chunks(path))
    assert not isinstance(refused.value, BrokenOff)
    assert sum(map(len, taken)) < 20_000_000


def test_a_small_file_may_unpack_to_more(tmp_path):
    path = written(tmp_path / "small.gz", gzip.compress(b" " * 1_000_000))
    assert sum(map(len, chunks(path))) == 1_000_000


def test_the_head_is_what_can_be_had(tmp_path):
    assert head(written(tmp_path / "file", NUMBERS), 10) == NUMBERS[:10]
    assert head(written(tmp_path / "short", b"ab"), 10) == b"ab"
    cut = head(written(tmp_path / "cut", gzip.compress(NUMBERS)[:-100]), 2 * len(NUMBERS))
    assert NUMBERS.startswith(cut)
    assert cut


def test_a_whole_file_has_a_limit(tmp_path):
    path = written(tmp_path / "file", b"x" * 11)
    assert whole(path, 11) == b"x" * 11
    with pytest.raises(UnreadableFile, match="is longer than 10 bytes, too long for one document"):
        whole(path, 10)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\r\nb", ["a", "b"]),
        (b"\xef\xbb\xbfa\n\nb\n", ["a", "", "b"]),
        ("é\x85\u2028\x0b\n".encode(), ["é\x85\u2028\x0b"]),
        (b"\n", [""]),
    ],
)
def test_lines_end_at_line_feeds_only(tmp_path, content, expected):
    assert list(raw_lines(written(tmp_path / "file", content))) == expected


def test_lines_are_whole_across_pieces(tmp_path):
    expected = NUMBERS.decode().split("\n")[:-1]
    assert list(raw_lines(written(tmp_path / "file", NUMBERS))) == expected


def test_a_line_that_is_not_utf8_is_named_and_the_others_are_kept(tmp_path):
    path = written(tmp_path / "file", b"a\n\xe9t\xe9\nb\n")
    assert list(lines(path)) == [
        Line(1, "a"),
        Unreadable("file", "line 2", "is not UTF-8. Save the file as UTF-8"),
        Line(3, "b"),
    ]
    assert [undecodable(line) for line in raw_lines(path)] == [False, True, False]


def test_utf_16_is_told(tmp_path):
    with pytest.raises(UnreadableFile, match=r"is UTF-16 text\. Save it as UTF-8"):
        list(lines(written(tmp_path / "file", "a\nb".encode("utf-16"))))


def test_a_line_without_an_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "LONGEST_LINE", 1000)
    path = written(tmp_path / "file", b"a\n" + b"x" * 2000)
    read = list(lines(path))
    assert read[0] == Line(1, "a")
    assert "has a line longer than 1,000 bytes" in read[1].reason
