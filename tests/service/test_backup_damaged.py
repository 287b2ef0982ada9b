"""Archives that are damaged, cut short, foreign or made with ill will: one clear line, and nothing is written."""

import gzip
import hashlib
import io
import json
import random
import sqlite3
import tarfile

import pytest
from graph.samples import APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, paper

from isthmus.errors import IsthmusError
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.service.backup.archive_file import LEDGER, MEMBERS, READINGS, VERDICTS, UnusableArchive
from isthmus.service.backup.restoring import NotTheSame, restore
from isthmus.service.backup.taking import back_up


@pytest.fixture(scope="module")
def backups(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backups")
    with open_store(f"sqlite:///{folder / 'graph.sqlite'}") as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", APP_CAUSES_ALZHEIMER)])
        return {name: back_up(store, folder / name).file.read_bytes() for name in ("b.tar", "b.db")}


@pytest.fixture
def tried(tmp_path):
    """Try to restore some bytes into a new store; it must not be there afterwards."""

    def attempt(data: bytes, name: str = "b.tar"):
        file = tmp_path / name
        file.write_bytes(data)
        target = tmp_path / "out" / "store.sqlite"
        try:
            return restore(file, f"sqlite:///{target}")
        except IsthmusError:
            assert not target.parent.exists() or not list(target.parent.iterdir())
            raise
        finally:
            target.unlink(missing_ok=True)

    return attempt


def members_of(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def packed(members, kinds=None):
    """A tar of these members; ``kinds`` makes some of them other things than files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            if kinds and name in kinds:
                info.type, info.linkname = kinds[name], "/etc/passwd"
                tar.addfile(info)
            else:
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def forged(data, name, lines):
    """An archive whose member holds other lines, with a manifest that agrees."""
    members = members_of(data)
    members[name] = gzip.compress(lines)
    manifest = json.loads(members["manifest.json"])
    manifest["members"][name] = {
        "sha256": hashlib.sha256(members[name]).hexdigest(),
        "size": len(members[name]),
        "lines": lines.count(b"\n"),
    }
    members["manifest.json"] = json.dumps(manifest).encode()
    return packed(members.items())


def test_a_byte_changed_anywhere_is_noticed_or_changes_nothing(backups, tried):
    data, draw = backups["b.tar"], random.Random(7)
    whole = tried(data)
    refused = 0
    for place in draw.sample(range(len(data)), 80):
        damaged = bytearray(data)
        damaged[place] ^= 1 << draw.randrange(8)
        try:
            assert tried(bytes(damaged)).graph_hash == whole.graph_hash  # between the members, or in the date
        except (UnusableArchive, NotTheSame):
            refused += 1
    assert refused > 20


@pytest.mark.parametrize("name", ["b.tar", "b.db"])
def test_a_file_cut_short_anywhere_is_refused(backups, tried, name):
    data = backups[name]
    # a tar that lacks only the empty blocks at its end is whole
    for length in [0, 1, 100, 512, 9000, len(data) // 2, len(data) - 2000]:
        with pytest.raises((UnusableArchive, StoreUnreachable)):
            tried(data[:length], name)


def test_a_copy_with_a_damaged_page_is_refused(backups, tried):
    data = bytearray(backups["b.db"])
    data[4096 * 8 : 4096 * 9] = b"\xff" * 4096
    with pytest.raises(StoreUnreachable, match=r"damaged .*: use another backup"):
        tried(bytes(data), "b.db")


def test_a_database_of_another_program_is_refused(tried, tmp_path):
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(StoreUnreachable, match="another program"):
        tried((tmp_path / "other.db").read_bytes(), "b.db")


@pytest.mark.parametrize(
    "change",
    [
        lambda members: [("../../outside", b"x"), *members],
        lambda members: [*members, ("/tmp/outside", b"x")],
        lambda members: [*members, members[-1]],  # twice
        lambda members: members[:-1],
        lambda members: members[::-1],
        lambda members: [("notes.txt", b"hello")],
        lambda members: [],
    ],
)
def test_an_archive_with_other_members_is_refused(backups, tried, change):
    members = list(members_of(backups["b.tar"]).items())
    with pytest.raises(UnusableArchive):
        tried(packed(change(members)))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_file_is_refused(backups, tried, kind):
    with pytest.raises(UnusableArchive, match="no archive of Isthmus"):
        tried(packed(members_of(backups["b.tar"]).items(), {LEDGER: kind}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda manifest: {**manifest, "version": 2}, "a newer Isthmus: upgrade"),
        (lambda manifest: {**manifest, "format": "other"}, "no archive of Isthmus"),
        (lambda manifest: [], "no archive of Isthmus"),
        (lambda manifest: {**manifest, "members": {}}, "names other members"),
        (lambda manifest: {**manifest, "counts": "many"}, "its manifest cannot be read"),
        (lambda manifest: {**manifest, "members": dict.fromkeys(MEMBERS)}, "its manifest cannot be read"),
    ],
)
def test_a_manifest_that_says_other_things_is_refused(backups, tried, change, message):
    members = members_of(backups["b.tar"])
    members["manifest.json"] = json.dumps(change(json.loads(members["manifest.json"]))).encode()
    with pytest.raises(UnusableArchive, match=message):
        tried(packed(members.items()))


def edit(line, *path, value):
    """The line with one value replaced."""
    whole = json.loads(line)
    here = whole
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return json.dumps(whole).encode() + b"\n"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("readings", 0, "evidence", 0, "statement"), "0" * 32, "a statement that it does not make"),
        (("readings", 0, "evidence", 0, "score"), 7, "a score beyond 1"),
        (("readings", 0, "evidence", 0, "document"), "pmid:99", "a document that it does not cite"),
        (("readings", 0, "statements", 0, "predicate"), "owns", "predicate"),
        (("readings", 0, "entities"), [], "entities that it does not use"),
        (("readings", 0, "entities", 0, "description"), 99, "described as something else"),
        (("readings", 0, "entities", 0, "description"), 1, "described as something else"),
        (("readings", 0, "citations"), [5], "not in its batch"),
        (("readings", 0, "part"), "x", "part"),
        (("readings",), None, "readings"),
    ],
)
def test_a_line_that_was_forged_is_named(backups, tried, path, value, reason):
    line = gzip.decompress(members_of(backups["b.tar"])[READINGS])
    with pytest.raises(UnusableArchive, match=rf"readings.jsonl.gz, line 1: .*{reason}"):
        tried(forged(backups["b.tar"], READINGS, edit(line, *path, value=value)))


def test_a_forged_statement_is_another_graph(backups, tried):
    line = gzip.decompress(members_of(backups["b.tar"])[READINGS])
    with pytest.raises(NotTheSame, match="do not use this store"):
        tried(forged(backups["b.tar"], READINGS, edit(line, "descriptions", 0, "name", value="Eve")))


@pytest.mark.parametrize("lines", [b"{\n", b"[]\n", b"no end", b"{}\n" * 3])
def test_lines_that_are_no_values_are_refused(backups, tried, lines):
    with pytest.raises(UnusableArchive):
        tried(forged(backups["b.tar"], VERDICTS, lines))


def test_a_line_without_end_is_not_read_into_memory(backups, tried, monkeypatch):
    monkeypatch.setattr("isthmus.service.backup.archive_file.LONGEST_LINE", 1 << 16)
    with pytest.raises(UnusableArchive, match=r"line 1 of verdicts.jsonl.gz has no end"):
        tried(forged(backups["b.tar"], VERDICTS, b" " * (1 << 24) + b"\n"))
