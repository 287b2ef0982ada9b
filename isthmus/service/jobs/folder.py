"""The folder of a job: what it was given, and what it made. Nobody but the service's user may look into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import time

from isthmus.errors import IsthmusError
from isthmus.service.settings import settings


class NoRoom(IsthmusError):
    """What a job is given, or makes, cannot be written down."""

    http_status = 507


@dataclass(frozen=True, slots=True)
class JobFolder:
    """``asked`` is the whole request as JSON, ``given`` holds files that were sent, ``made`` what the job makes."""

    path: Path

    @property
    def asked(self) -> Path:
        """The request."""
        return self.path / "asked.json"

    @property
    def given(self) -> Path:
        """Files to be read."""
        return self.path / "given"

    @property
    def made(self) -> Path:
        """What is to be fetched."""
        return self.path / "made"

    def make(self, asked: bytes, files: Sequence[Path]) -> None:
        """Make it, with what the job is given; the files are moved into it. Raises ``NoRoom``."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self.given, self.made):
                folder.mkdir(mode=0o700)
            self.asked.write_bytes(asked)
            for file in files:
                shutil.move(file, self.given / file.name)
        except OSError as error:
            self.remove()
            raise no_room(error) from error

    def let_go_of_input(self) -> None:
        """Remove what it was given: it may be a clinical text."""
        with suppress(OSError):
            self.asked.unlink(missing_ok=True)
        shutil.rmtree(self.given, ignore_errors=True)

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.path, ignore_errors=True)


def no_room(error: OSError) -> NoRoom:
    """What is said of a disk that cannot be written; where it lies is no news for others."""
    return NoRoom(f"the folder of jobs cannot be written ({error.strerror or 'no room'}): look at the server's disk")


def folder_of(job: str) -> JobFolder:
    """Where a job's files are, if there are any; ``job`` is an id of ours."""
    return JobFolder(_all() / job)


def abandoned(known: set[str], seconds: float) -> Iterator[JobFolder]:
    """Those on this machine that are of none of these jobs, and older than any job is kept: others are of other stores."""
    if _all().is_dir():
        for path in _all().iterdir():
            with suppress(OSError):
                if path.name not in known and time() - path.stat().st_mtime > seconds:
                    yield JobFolder(path)


def _all() -> Path:
    return settings().cache_folder / "jobs"
