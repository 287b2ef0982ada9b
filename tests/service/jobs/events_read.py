"""Server-sent events, read as a browser does."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    id: int
    name: str
    job: dict


def events_of(lines):
    """The events of a stream of lines, as they come; comments are passed over."""
    fields = {}
    for line in lines:
        if not line:
            if "data" in fields:
                yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
