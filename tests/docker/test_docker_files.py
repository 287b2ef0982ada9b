"""The image and the compose file, as far as that can be told without building them."""

import re

import pytest
import yaml

from isthmus.service.settings import Settings


@pytest.fixture
def folder(fixtures):
    return fixtures.parent.parent / "docker"


def test_the_image_runs_as_nobody_and_says_how_it_does(folder):
    text = (folder / "Dockerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "/ready" in last
    assert not re.search(r"FROM \S+:latest|FROM [^:\s]+\s", text)
    assert "--require-hashes" in text


def test_what_is_copied_is_sent_to_the_builder(folder):
    kept = {line[1:] for line in (folder.parent / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in (folder / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert name in kept, name
                assert (folder.parent / name).exists(), name


def test_every_setting_of_the_containers_is_one(folder):
    known = {f"ISTHMUS_{name.upper()}" for name in Settings.model_fields} | {
        "ISTHMUS_NEO4J_USER",
        "ISTHMUS_NEO4J_PASSWORD",
    }
    for name in ("Dockerfile", "compose.yaml"):
        assert set(re.findall(r"ISTHMUS_\w+", (folder / name).read_text())) <= known


def test_the_services_may_do_no_more_than_they_need(folder):
    parts = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    for name in ("service", "scheduler"):
        assert parts[name]["read_only"] is True
        assert parts[name]["cap_drop"] == ["ALL"]
        assert parts[name]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    for part in parts.values():
        assert "no-new-privileges:true" in part["security_opt"]
        assert all(port.startswith("127.0.0.1:") for port in part.get("ports", []))
    assert "healthcheck" in parts["neo4j"]


def test_a_name_of_ones_own_does_not_shut_prometheus_out(folder):
    parts = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    hosts = parts["service"]["environment"]["ISTHMUS_TRUSTED_HOSTS"]
    always, _, chosen = hosts.partition(",${")
    [job] = yaml.safe_load((folder / "prometheus.yml").read_text())["scrape_configs"]
    asked = [target.partition(":")[0] for each in job["static_configs"] for target in each["targets"]]
    assert always in asked
    assert chosen.startswith("ISTHMUS_TRUSTED_HOSTS:-")


def test_a_new_container_of_the_service_has_the_name_of_the_old_one(folder):
    parts = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    assert parts["service"]["hostname"]  # by which results of jobs in its volume are told from those elsewhere


def test_what_is_stopped_is_given_the_time_that_it_takes(folder):
    parts = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    longest = Settings.model_fields["shutdown_seconds"].default + 3 + 3  # then threads, and Python itself
    assert all(int(parts[name]["stop_grace_period"].rstrip("s")) > longest for name in ("service", "scheduler"))
    assert parts["neo4j"]["stop_grace_period"] == "2m"
