"""The folder of a job: what it was given, and what it made. Nobody but the service's user may look into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.service.settings import data_folder, settings


class NoRoom(IsthmusError):
    """What a job is given cannot be written down."""

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

    @property
    def can_begin(self) -> bool:
        """Whether what it was given is still here: it goes once the job is done, and is on one machine only."""
        return self.asked.is_file()

    def clear(self) -> None:
        """Make room for a new try."""
        shutil.rmtree(self.made, ignore_errors=True)
        self.made.mkdir(mode=0o700)

    def let_go_of_input(self) -> None:
        """Remove what it was given: it may be a clinical text."""
        self.asked.unlink(missing_ok=True)
        shutil.rmtree(self.given, ignore_errors=True)

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.path, ignore_errors=True)


def folder_of(job: str) -> JobFolder:
    """Where a job's files are, if there are any; ``job`` is an id of ours."""
    return JobFolder(_all() / job)


@contextmanager
def new_folder(job: str) -> Iterator[JobFolder]:
    """Make a job's folder; where the block raises it is removed. Raises ``NoRoom`` where it cannot be written."""
    folder = folder_of(job)
    try:
        folder.path.parent.mkdir(parents=True, exist_ok=True)
        folder.path.mkdir(mode=0o700)
        folder.given.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        folder.remove()
        raise NoRoom(f"a job cannot be written down ({error.strerror or 'no room'}): look at the disk") from error
    except BaseException:
        folder.remove()
        raise


def folders() -> Iterator[JobFolder]:
    """All that there are on this machine."""
    if _all().is_dir():
        yield from (JobFolder(path) for path in _all().iterdir() if path.is_dir())


def _all() -> Path:
    given = settings().jobs_folder
    return Path(given) if given else data_folder() / "jobs"
