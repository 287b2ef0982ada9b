"""Every example of the description is asked of a real server, and answered as the description says."""

import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

import jsonschema
import pytest
from server_process import serving

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope

# What makes the things that others look at, and what takes them away again.
FIRST = [
    "hypotheses_keep_link",
    "review_give_verdict",
    "hypotheses_keep_link",  # the second edition, of which `diff` tells
    "watches_add",
    "schedules_add",
    "admin_make_key",
    "jobs_submit",
    "jobs_events",  # goes on until the first of them has ended
]
LAST = [
    "review_delete_verdict",
    "review_give_verdict",
    "review_undo_verdict",
    "watches_stop",
    "schedules_remove",
    "admin_rotate",
    "admin_revoke",
]
_LARGER = "a graph with enough paths that have decoys"
_MADE = "the id of a run, which is drawn when one is made"
NOT_HERE = {
    "cypher_cypher": "a Neo4j store",
    "review_ask_blind": "a chat model",
    "review_make_blind": _LARGER,
    "review_show_blind": _LARGER,
    "review_rate_blind": _LARGER,
    "review_blind_report": _LARGER,
    "runs_show": _MADE,
    "runs_documents": _MADE,
    "runs_retry": _MADE,
}
METHODS = ("get", "put", "post", "delete")


@dataclass(frozen=True)
class Answer:
    status: int
    media_type: str
    content: bytes


class Asked:
    """A server, its description, and what it has answered so far by operation."""

    def __init__(self, port, key):
        self.base, self.key = f"http://127.0.0.1:{port}", key
        self.description = json.loads(self.send("GET", "/openapi.json").content)
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.description["paths"].items()
            for method, operation in methods.items()
            if method in METHODS
        }
        self.answers = {}

    def send(self, method, path, body=None, media_type=""):
        headers = {"Authorization": f"Bearer {self.key}", **({"Content-Type": media_type} if body else {})}
        request = urllib.request.Request(self.base + path, body, headers, method=method.upper())
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, response.headers.get_content_type(), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers.get_content_type(), error.read())

    def ask(self, name):
        """Every documented form of an operation; its first answer is kept."""
        method, path, operation = self.operations[name]
        for place, (filled, query) in enumerate(self.forms(path, operation)):
            for body, media_type in self.bodies(name, operation):
                url = filled + ("?" + urllib.parse.urlencode(query) if query else "")
                answer = self.send(method, url, body, media_type)
                assert 200 <= answer.status < 300, (name, url, answer)
                self.check(name, operation, answer)
                if answer.media_type == "application/json" and answer.content and not place:
                    self.answers.setdefault(name, json.loads(answer.content))

    def forms(self, path, operation):
        """The address with the first example of each parameter, then with each of the others in its place."""
        parameters = operation.get("parameters", [])
        base = {one["name"]: examples[0] for one in parameters if (examples := self.examples(one))}
        variants = [base]
        for one in parameters:
            variants += [{**base, one["name"]: other} for other in self.examples(one)[1:]]
        in_path = {one["name"] for one in parameters if one["in"] == "path"}
        missing = [one["name"] for one in parameters if one.get("required") and one["name"] not in base]
        assert not missing, f"{path}: no example of {missing}"
        for values in variants:
            filled = path
            for name in in_path:
                filled = filled.replace(f"{{{name}}}", urllib.parse.quote(str(values[name]), safe=""))
            yield filled, {name: value for name, value in values.items() if name not in in_path}

    def examples(self, parameter):
        made = {
            "key": lambda: self.answers["admin_make_key"]["key"]["id"],
            "job": lambda: self.answers["jobs_submit"]["id"],
            "verdict_id": lambda: self.answers["review_verdicts"]["items"][0]["id"],
        }
        if parameter["name"] in made and parameter["in"] == "path":
            return [made[parameter["name"]]()]
        if parameter["in"] == "header":
            return []
        schema = parameter["schema"]
        given = (
            schema.get("examples")
            or parameter.get("examples")
            or ([parameter["example"]] if "example" in parameter else [])
        )
        return (
            [one for one in given if one != ""] if isinstance(given, list) else [one["value"] for one in given.values()]
        )

    def bodies(self, name, operation):
        if "requestBody" not in operation:
            return [(None, "")]
        if name in ("reports_check_report", "reports_replay"):
            return [(json.dumps(self.answers["hypotheses_show"]).encode(), "application/json")]
        found = []
        for media_type, form in operation["requestBody"]["content"].items():
            given = [form["example"]] if "example" in form else []
            given += [one["value"] for one in form.get("examples", {}).values()]
            given = given or self.resolved(form["schema"]).get("examples", [])
            for one in given:
                found.append((one.encode() if isinstance(one, str) else json.dumps(one).encode(), media_type))
        assert found, f"{name}: no example of its body"
        return found

    def resolved(self, schema):
        while "$ref" in schema:
            schema = self.description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def check(self, name, operation, answer):
        documented = operation["responses"].get(str(answer.status))
        assert documented is not None, f"{name} answers {answer.status}, which is not described"
        if answer.status == 204:
            assert answer.content == b""
            return
        assert answer.media_type in documented["content"], f"{name} answers {answer.media_type}"
        schema = documented["content"][answer.media_type].get("schema", {})
        if answer.media_type == "application/json":
            assert schema, f"{name} does not say what it answers"
            rooted = {**schema, "components": self.description["components"]}
            jsonschema.Draft202012Validator(rooted).validate(json.loads(answer.content))


@pytest.fixture(scope="module")
def asked(story_store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("described")
    shutil.copy(sqlite_path(story_store), folder / "graph.sqlite")
    url = f"sqlite:///{folder / 'graph.sqlite'}"
    with open_store(url) as store:
        _, key = create_key(store, [Scope.ADMIN])
    away = "http://127.0.0.1:9"
    with serving(url, folder / "log", ISTHMUS_PUBMED_URL=away, ISTHMUS_CACHE=str(folder / "cache")) as port:
        yield Asked(port, key)


def test_each_example_is_answered_as_described(asked):
    others = [name for name in asked.operations if name not in {*FIRST, *LAST, *NOT_HERE}]
    reading_first = sorted(others, key=lambda name: (asked.operations[name][0] != "get", name))
    faults = []
    for name in (*FIRST, *reading_first, *LAST):
        try:
            asked.ask(name)
        except (AssertionError, jsonschema.ValidationError, KeyError, ValueError) as fault:
            faults.append(f"{name}: {str(fault)[:400]}")
    assert not faults, "\n".join(faults)


def test_each_operation_has_a_name_of_its_own_a_summary_a_tag_and_errors(story_store):
    description = create_app(story_store).openapi()
    tags = {tag["name"] for tag in description["tags"]}
    seen = set()
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert operation["summary"]
            assert operation["tags"][0] in tags, path
            for errors in ("4XX", "5XX"):
                assert "application/problem+json" in operation["responses"][errors]["content"]
    assert len(seen) > 60
    assert "HTTPValidationError" not in json.dumps(description)
