"""Questions on the command line: paths, candidates and scores over a graph small enough to know by heart."""

import csv
import io

import pytest

METFORMIN, PARKINSON, ALZHEIMER = "CHEBI:6801", "MONDO:0005180", "MONDO:0004975"


def test_a_path_comes_with_its_hops_and_their_sentences(isthmus, story_store):
    answer = isthmus("paths", "--from", "metformin", "--to", "Parkinson disease", "--store", story_store, "--json").json
    assert (answer["from"]["id"], answer["to"]["id"]) == (METFORMIN, PARKINSON)
    best = answer["paths"][0]
    assert [node["name"] for node in best["nodes"]] == ["metformin", "PRKAA1", "MTOR", "Parkinson disease"]
    assert [hop["predicate"] for hop in best["statements"]] == [
        "activates",
        "inhibits",
        "gene_associated_with_condition",
    ]
    assert best["statements"][0]["evidence"][0] == {
        "id": best["statements"][0]["evidence"][0]["id"],
        "document": "pmid:1001",
        "title": "",
        "year": 2001,
        "text": "Metformin switched AMPK on in cultured neurons.",
        "assertion": "affirmed",
    }
    assert best["belief"] == pytest.approx(0.9 * 0.9 * 0.6)
    assert best["weakest"] == best["statements"][2]["id"]
    assert 0 < best["p_value"] <= best["q_value"] <= 1
    assert best["degree_score"] > 0
    assert (best["papers"], best["groups"], best["modalities"]) == (3, 3, ["literature"])
    assert (best["first_year"], best["last_year"], best["switches"], best["trivial"]) == (2001, 2010, [], False)


def test_paths_as_of_a_year_know_nothing_later(isthmus, story_store):
    question = ("paths", "--from", METFORMIN, "--to", PARKINSON, "--store", story_store, "--json")
    assert isthmus(*question, "--as-of", "2010").json["paths"]
    assert isthmus(*question, "--as-of", "2009").json["paths"] == []


def test_fewer_hops_find_fewer_paths(isthmus, story_store):
    question = ("paths", "--from", METFORMIN, "--to", PARKINSON, "--store", story_store, "--json")
    assert isthmus(*question, "--max-hops", "2").json["paths"] == []


def test_candidates_are_ranked_with_what_is_known_marked(isthmus, story_store):
    answer = isthmus("candidates", "--for", ALZHEIMER, "--category", "Drug", "--store", story_store, "--json").json
    found = {candidate["name"]: candidate for candidate in answer["candidates"]}
    assert found["donepezil"]["known"]
    assert found["donepezil"]["components"]
    assert found["donepezil"]["paths"]


def test_what_is_known_can_be_left_out(isthmus, story_store):
    question = ("candidates", "--for", ALZHEIMER, "--category", "Drug", "--store", story_store, "--json")
    assert isthmus(*question).json["candidates"]
    assert not any(candidate["known"] for candidate in isthmus(*question, "--new").json["candidates"])


def test_drug_takes_in_small_molecules(isthmus, story_store):
    answer = isthmus("candidates", "--for", PARKINSON, "--category", "Drug", "--store", story_store, "--json").json
    assert [candidate["id"] for candidate in answer["candidates"]] == [METFORMIN]
    assert not answer["candidates"][0]["known"]


def test_scores_keep_every_row_and_column(isthmus, story_store, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(
        f"a\tc\tlabel\n{METFORMIN}\t{PARKINSON}\tx\n{METFORMIN}\t{ALZHEIMER}\ty\ndonepezil\t{ALZHEIMER}\tz\n"
    )
    ran = isthmus("score", "--pairs", pairs, "--store", story_store)
    rows = list(csv.DictReader(io.StringIO(ran.out), delimiter="\t"))
    assert [row["label"] for row in rows] == ["x", "y", "z"]
    assert list(rows[0]) == ["a", "c", "label", "score", "p_value", "components"]
    assert float(rows[0]["score"]) > 0
    assert '"paths"' in rows[0]["components"]
    assert '"paths"' not in rows[1]["components"]
    assert float(rows[1]["p_value"]) == 1
    assert ran.code == 0


def test_a_pair_that_cannot_be_scored_is_left_blank_and_named(isthmus, story_store, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(f"a\tc\nNOPE:1\t{PARKINSON}\n{METFORMIN}\t{PARKINSON}\n")
    ran = isthmus("score", "--pairs", pairs, "--store", story_store)
    rows = list(csv.DictReader(io.StringIO(ran.out), delimiter="\t"))
    assert rows[0]["score"] == ""
    assert float(rows[1]["score"]) > 0
    assert "pairs.tsv, line 2" in ran.err
    assert "NOPE:1" in ran.err
    assert ran.code == 1


def test_pairs_without_their_columns_are_refused(isthmus, story_store, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("drug\tdisease\nx\ty\n")
    ran = isthmus("score", "--pairs", pairs, "--store", story_store)
    assert ran.code == 2
    assert "columns a and c" in ran.err
    assert "drug, disease" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("paths", "--from", "AD", "--to", PARKINSON), "MONDO:0004980 (atopic eczema"),
        (("paths", "--from", "nobody knows this", "--to", PARKINSON), "is not in this graph"),
        (("candidates", "--for", PARKINSON, "--category", "Wizard"), "Wizard"),
        (("paths", "--from", METFORMIN, "--to", METFORMIN), "both ends"),
        (("paths", "--from", METFORMIN, "--to", PARKINSON, "--max-hops", "9"), "max-hops"),
    ],
)
def test_a_wrong_question_is_told_so_and_exits_with_2(isthmus, story_store, arguments, told):
    ran = isthmus(*arguments, "--store", story_store)
    assert ran.code == 2
    assert told in ran.err
    assert ran.out == ""


def test_a_table_shows_the_sentence_behind_each_hop(isthmus, story_store):
    ran = isthmus("paths", "--from", METFORMIN, "--to", PARKINSON, "--store", story_store)
    assert "Metformin switched AMPK on in cultured neurons." in ran.out
    assert "pmid:1001" in ran.out
