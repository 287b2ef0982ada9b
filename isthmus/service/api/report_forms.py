"""A report as JSON, or as text, Markdown or a page: chosen by ``Accept``, or by ``?format=`` in a link."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.render import render
from isthmus.service.panel.report import Report

MEDIA_TYPES = {
    ReportFormat.MARKDOWN: "text/markdown",
    ReportFormat.TEXT: "text/plain",
    ReportFormat.HTML: "text/html",
}
FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}}
}


async def _form(
    request: Request,
    form: Annotated[
        ReportFormat | None, Query(alias="format", description="instead of the header Accept, for links")
    ] = None,
) -> ReportFormat:
    if form is not None:
        return form
    # Whoever takes anything gets JSON: a browser, which names text/html, as well as a program that names nothing.
    accept = request.headers.get("accept", "")
    liked = [each for each, media_type in MEDIA_TYPES.items() if media_type in accept and "*/*" not in accept]
    return liked[0] if liked else ReportFormat.JSON


FormOf = Annotated[ReportFormat, Depends(_form)]


def told(report: Report, form: ReportFormat) -> Response:
    """The report in one of the forms that are not JSON."""
    return Response(render(report, form), media_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
