"""The forms of a report, apart from what makes them, so that ``--help`` stays quick."""

from enum import StrEnum


class ReportFormat(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
