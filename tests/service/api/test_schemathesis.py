"""Schemathesis reads the description and asks what nobody thought of: no fault of ours, and no answer that is not described."""

import shutil
from datetime import UTC, datetime

import pytest
import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.python.asgi import shutdown_lifespans

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.security.keys import create_key, find_key
from isthmus.service.security.scope import Scope
from isthmus.service.settings import Settings

EXAMPLES = 3  # of each operation, besides the edges of each parameter
LEFT_OUT = {
    "documents_add": "its bodies are files",
    "reading_extract": "its bodies are files",
    "reading_verify": "loads the models",
    "schedules_run": "asks services of others",
}
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "missing_required_header",
]


def auth_of(url):
    """How a key that may do all is sent; a new one is made where the last was revoked on the way."""
    made = []

    class Admin:
        def get(self, case=None, context=None):
            with open_store(url) as store:
                if not made or not find_key(store, made[-1][0].id).works(datetime.now(UTC)):
                    made.append(create_key(store, [Scope.ADMIN]))
            return f"Bearer {made[-1][1]}"

        def set(self, case, data, context):
            case.headers = {**(case.headers or {}), "Authorization": data}

    return Admin


@pytest.fixture
def described(story_store, tmp_path, monkeypatch):
    monkeypatch.setenv("ISTHMUS_CACHE", str(tmp_path / "cache"))
    shutil.copy(sqlite_path(story_store), tmp_path / "graph.sqlite")
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    auth = auth_of(url)
    app = create_app(url, options=Settings(rate_limit=1_000_000))
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", app, config=schemathesis.Config(seed=7), headers={"Authorization": auth().get()}
    )
    schema.auth(refresh_interval=None)(auth)
    schema.config.generation.update(max_examples=EXAMPLES, deterministic=True, database="none")
    schema.config.checks.update(included_check_names=CHECKS)
    schema.config.phases.get_by_name(name="stateful").enabled = False
    yield schema.exclude(operation_id=list(LEFT_OUT))
    shutdown_lifespans()


def under_a_key_that_is_taken(node):
    """An idempotency key stands for one request: any other one under it is refused before anybody looks at its method."""
    return node.name == "unsupported_method" and "Idempotency-Key" in node.failure_info.code_sample


def test_whatever_is_asked_is_answered_as_described(described):
    asked, faults = {}, []
    for event in from_schema(described).execute():
        if isinstance(event, events.NonFatalError):
            faults.append(f"{event.label}: {event.info.title}: {event.info.message}")
        if isinstance(event, events.ScenarioFinished):
            asked[event.label] = asked.get(event.label, 0) + len(event.recorder.cases)
            faults += [
                f"{event.label}: {node.name}: {node.failure_info.failure}\n{node.failure_info.code_sample}"
                for nodes in event.recorder.checks.values()
                for node in nodes
                if node.failure_info and not under_a_key_that_is_taken(node)
            ]
    assert not faults, "\n\n".join(faults)
    assert len(asked) > 70
    assert sum(asked.values()) > 3000
