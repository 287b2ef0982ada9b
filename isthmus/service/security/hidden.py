"""What must be read by nobody, taken out of whatever is about to be written where others read: logs, errors, histories.

By its form: keys of this service, passwords in addresses, headers of authorization. And by itself: the secrets that are set,
ours and those of language models' providers, whatever foreign text they turn up in.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from isthmus.errors import UsageError
from isthmus.service.security.keys import KEY_PATTERN
from isthmus.service.settings import Settings, settings

HIDDEN = "…"
SHORTEST = 6  # characters: "none" and the like are set where no key is asked for, and are words of every other line
_PASSWORD = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',]{6,}")
_SECRET_NAME = re.compile(r"(?i)(^|_)(key|token|secret|password|passwd|pass)$")


def without_secrets(text: str) -> str:
    """A text without keys, passwords, authorizations, and whatever is set as a secret.

    >>> without_secrets("cannot reach bolt://neo4j:hunter2@db:7687")
    'cannot reach bolt://…@db:7687'
    """
    text = KEY_PATTERN.sub(f"isthmus_{HIDDEN}", text)
    if "://" in text:  # asked first, since every line of the log passes here
        text = _PASSWORD.sub(HIDDEN, text)
    small = text.lower()
    if "bearer" in small or "basic" in small:
        text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    try:
        set_ones = _pattern(settings())
    except UsageError:  # settings that cannot be read are told by whoever needs them
        return text
    return set_ones.sub(HIDDEN, text) if set_ones else text


@lru_cache(maxsize=4)
def _pattern(known: Settings) -> re.Pattern[str] | None:
    """Any of the secrets that are set, the longest first, so that no end of one is left."""
    spelled = {form for secret in secrets_set(known, os.environ) for form in _forms(secret)}
    return re.compile("|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))) if spelled else None


def secrets_set(known: Settings, environment: Mapping[str, str]) -> frozenset[str]:
    """The secrets of the settings, and every variable that is called a key, token, secret or password."""
    values: Iterable[object] = (getattr(known, name) for name in Settings.model_fields)
    ours = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    others = {value for name, value in environment.items() if _SECRET_NAME.search(name)}
    return frozenset(value for value in ours | others if len(value) >= SHORTEST)


def _forms(secret: str) -> set[str]:
    """As it is, as addresses have it, as Python shows it, and as a line of JSON holds each of these."""
    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1]}
    return forms | {json.dumps(form, ensure_ascii=False)[1:-1] for form in forms}
