"""``isthmus hypotheses``, ``replay`` and ``watch`` as a person runs them: from a proposal to the alert that it was confirmed."""

import json

import pytest
from lxml import etree

HEADER = "subject\tpredicate\tobject\tpublications\tyear\tsupporting_text\tbelief"
CONFIRMED = (
    "CHEBI:6801\tbiolink:treats\tMONDO:0005180\tPMID:2001\t2024\tMetformin eased Parkinson disease in a trial.\t0.97"
)


@pytest.fixture(scope="module")
def url(isthmus, story, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('commands') / 'story.sqlite'}"
    ran = isthmus("ingest", story / "story_nodes.tsv", story / "story_edges.tsv", "--store", url)
    assert ran.code == 0, ran.err
    return url


@pytest.fixture
def confirm(tmp_path):
    edges = tmp_path / "new_edges.tsv"
    edges.write_text(f"{HEADER}\n{CONFIRMED}\n", encoding="utf-8")
    return edges


def test_from_a_proposal_to_its_confirmation(isthmus, url, confirm, tmp_path):
    file = tmp_path / "proposal.json"
    ran = isthmus(
        "propose", "--from", "metformin", "--to", "Parkinson disease", "--json", "--out", file, "--store", url
    )
    assert ran.code == 0, ran.err
    hypothesis = json.loads(file.read_text())["hypothesis"]["id"]

    # The file alone gives the same report, without the store; a changed one is found out.
    ran = isthmus("replay", file)
    assert (ran.code, "agrees" in ran.err) == (0, True)
    assert "Parkinson disease" in ran.out
    value = json.loads(file.read_text())
    value["hypothesis"]["subgraph"]["statements"][0]["belief"] = 0.99
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(value), encoding="utf-8")
    ran = isthmus("replay", changed, "--json")
    assert ran.code == 1
    assert ran.json["differences"]
    assert "belief" in ran.err

    # It is kept, and moves as the table allows.
    (listed,) = isthmus("hypotheses", "list", "--store", url, "--json").json
    assert (listed["hypothesis"]["id"], listed["status"]) == (hypothesis, "proposed")
    ran = isthmus("hypotheses", "move", hypothesis[:8], "--to", "accepted", "--by", "Ada", "--store", url)
    assert ran.code == 2
    assert "under_review" in ran.err
    ran = isthmus("hypotheses", "move", hypothesis[:8], "--to", "under_review", "--by", "Ada", "--store", url)
    assert (ran.code, "under_review" in ran.out) == (0, True)

    # Watched, it is confirmed by what an ingest brings.
    ran = isthmus("watch", "add", "--hypothesis", hypothesis, "--store", url, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["standing"]["best"]["text"].startswith("metformin - ")
    ran = isthmus("ingest", confirm, "--as", "kgx", "--store", url, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["statements"] == 1
    assert "1 watched" in ran.err
    (first, *_) = isthmus("watch", "alerts", "--store", url, "--json").json
    assert first["hypothesis"] == hypothesis
    assert any("pmid:2001" in each["text"] for each in first["changes"])
    feed = tmp_path / "feed.xml"
    assert isthmus("watch", "feed", "--out", feed, "--store", url).code == 0
    assert first["id"] in etree.tostring(etree.parse(feed)).decode()

    # Asked again, the question has a second edition, and the difference names what came.
    assert isthmus("propose", "--from", "metformin", "--to", "Parkinson disease", "--store", url).code == 0
    ran = isthmus("hypotheses", "diff", hypothesis, "--store", url)
    assert "direct statements: 0 -> 1" in ran.out
    assert "treats" in ran.out
    ran = isthmus("hypotheses", "history", hypothesis, "--store", url)
    assert "by Ada" in ran.out
    assert ran.out.count("edition of graph") == 2
    shown = tmp_path / "shown.json"
    shown.write_text(isthmus("hypotheses", "show", hypothesis, "--store", url, "--json").out, encoding="utf-8")
    assert isthmus("replay", shown, "--json").json["differences"] == []


def test_mistakes_are_told_with_what_to_do(isthmus, url, tmp_path):
    for arguments, hint in (
        (("watch", "add"), "--hypothesis"),
        (("watch", "remove", "123456"), "watch list"),
    ):
        ran = isthmus(*arguments, "--store", url)
        assert ran.code == 2, ran.err
        assert hint in ran.err
    ran = isthmus("replay", tmp_path / "absent.json")
    assert (ran.code, "cannot be read" in ran.err) == (2, True)


def test_watches_are_listed_and_taken_away(isthmus, url):
    ran = isthmus(
        "watch", "add", "--for", "Alzheimer disease", "--category", "ChemicalEntity", "--store", url, "--json"
    )
    assert ran.code == 0, ran.err
    assert [one["name"].lower() for one in ran.json["standing"]["items"]][:1] == ["donepezil"]
    assert "candidates for" in isthmus("watch", "list", "--store", url).out
    assert isthmus("watch", "remove", ran.json["id"][:10], "--store", url).code == 0
    assert all(one["id"] != ran.json["id"] for one in isthmus("watch", "list", "--store", url, "--json").json)
