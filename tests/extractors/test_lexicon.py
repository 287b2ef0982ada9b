"""Names to identifiers: how a name may be written, what it may mean, where a text holds one."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isthmus.extractors.lexicon import Lexicon, LexiconMissing
from isthmus.extractors.lexicon.concepts import EXACT, PREFERRED, WEAK, Concept
from isthmus.extractors.lexicon.curies import Forms, written
from isthmus.extractors.lexicon.noise import is_noise, needs_capitals
from isthmus.extractors.lexicon.normalise import gaps_agree, read_name
from isthmus.extractors.lexicon.table import write_table
from isthmus.extractors.lexicon.words import own_rows, own_words
from isthmus.graph.vocabulary import Category


@pytest.fixture(scope="session")
def shipped() -> Lexicon:
    return Lexicon.open()


def concept(identifier: str, name: str, category: Category, *others: str, xrefs: tuple[str, ...] = ()) -> Concept:
    made = Concept(identifier, name, category, xrefs=set(xrefs))
    made.call(name, PREFERRED)
    for other in others:
        made.call(other, EXACT)
    return made


CONCEPTS = [
    concept("HGNC:11138", "SNCA", Category.GENE, "α-synuclein", "PARK1", xrefs=("NCBIGene:6622",)),
    concept("MONDO:0005180", "Parkinson disease", Category.DISEASE, "PD", xrefs=("MESH:D010300", "OMIM:168600")),
    concept("MONDO:0004992", "cancer", Category.DISEASE, "malignant tumour"),
    concept("CHEBI:64198", "cisplatin-DNA", Category.SMALL_MOLECULE, "N,N-foo acid"),
    concept("FPLX:ERK", "ERK", Category.GENE_FAMILY),
    concept("HGNC:2082", "CLOCK", Category.GENE, "Clock"),
    concept("MONDO:0000001", "Clock", Category.PHENOTYPIC_FEATURE),
]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """A lexicon of a few concepts, compiled as the real one is."""
    folder = tmp_path_factory.mktemp("lexicon")
    write_table(sorted(CONCEPTS, key=lambda each: each.id), folder, {"ours": "1"})
    return Lexicon.open(folder)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SNCA", ["HGNC:11138"]),
        ("α-synuclein", ["HGNC:11138"]),
        ("alpha synuclein", ["HGNC:11138"]),
        ("ALPHA-SYNUCLEIN", ["HGNC:11138"]),
        ("Parkinson's disease", ["MONDO:0005180"]),
        ("Parkinson’s Disease", ["MONDO:0005180"]),
        ("parkinson diseases", ["MONDO:0005180"]),
        ("malignant tumors", ["MONDO:0004992"]),
        ("N,N-foo acid", ["CHEBI:64198"]),
        ("N N-foo acid", ["CHEBI:64198"]),
        ("Parkinson, disease", []),
        ("snca", []),
        ("clock", ["MONDO:0000001"]),
        ("Clock", ["MONDO:0000001"]),
        ("CLOCK", ["HGNC:2082", "MONDO:0000001"]),
        ("", []),
        ("unheard of", []),
    ],
)
def test_spellings_of_a_name_lead_to_the_same_entity_and_other_words_do_not(small, name, expected):
    assert [candidate.entity.id for candidate in small.candidates(name)] == expected


def test_a_preferred_name_in_its_own_capitals_is_surer_than_a_synonym_or_other_capitals(small):
    (name,) = small.candidates("Parkinson disease")
    (other,) = small.candidates("PARKINSON DISEASE")
    (synonym,) = small.candidates("PD")
    assert 1.0 >= name.score > other.score > synonym.score > 0.0
    assert (name.match, name.exact_case) == ("name", True)
    assert (synonym.match, other.exact_case) == ("synonym", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SNCA causes Parkinson's disease.", ["SNCA", "Parkinson's disease"]),
        ("Parkinson\n disease", ["Parkinson\n disease"]),
        ("Parkinson. Disease", []),
        ("Parkinson\n\n\n\nDisease", []),
        ("of ERK, SNCA", ["ERK", "SNCA"]),
        ("", []),
    ],
)
def test_a_text_gives_the_longest_names_in_order_and_none_over_the_end_of_a_sentence(small, text, expected):
    found = small.find(text)
    assert [text[match.start : match.end] for match in found] == expected


@pytest.mark.parametrize("curie", ["MONDO:0005180", "mesh:D010300", "MIM:168600", "OMIM:168600", "MONDO: 0005180"])
def test_any_identifier_of_a_concept_leads_to_it_with_its_synonyms(small, curie):
    entity = small.canonical(curie)
    assert (entity.id, entity.name, entity.synonyms) == ("MONDO:0005180", "Parkinson disease", ("PD",))
    assert set(entity.xrefs) == {"MESH:D010300", "OMIM:168600"}


@pytest.mark.parametrize("curie", ["MONDO:9999999", "MESH:D999999", "nonsense", "", "XYZ:1", "FPLX:NOPE"])
def test_an_unknown_identifier_has_no_entity(small, curie):
    assert small.canonical(curie) is None


def test_an_identifier_and_a_label_are_checked_against_each_other(small):
    assert small.check("MESH:D010300", "parkinson's disease")
    assert small.check("FPLX:ERK", "ERK")
    assert not small.check("MESH:D010300", "cancer")
    assert not small.check("MESH:D999999", "Parkinson disease")
    assert not small.check("MESH:D010300", "")


def test_the_same_concepts_give_the_same_bytes(tmp_path):
    versions = [write_table(CONCEPTS, tmp_path / name, {}) for name in ("one", "two")]
    assert versions[0] == versions[1]
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


@pytest.mark.parametrize("content", [None, "", "{", '{"format": 1}', "{}"])
def test_a_missing_or_broken_lexicon_says_how_to_build_one(tmp_path, content):
    if content is not None:
        (tmp_path / "lexicon.json").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconMissing, match=r"isthmus\.extractors\.lexicon\.build") as caught:
        Lexicon.open(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "form", "agree"),
    [
        ("IL 6", "IL-6", True),
        ("IL-6", "IL6", True),
        ("was 1", "WAS1", False),
        ("a murine", "amurine", False),
        ("a means", "Ameans", False),
        ("in a complex", "Ina complex", False),
        ("beta amyloid", "betaamyloid", True),
        ("foo, bar acid", "foo bar acid", False),
        ("N,N-bar acid", "N,N-bar acid", True),
    ],
)
def test_what_stands_between_words_may_differ_only_where_it_says_nothing(text, form, agree):
    name, other = read_name(text), read_name(form)
    assert name.key == other.key
    assert gaps_agree(name, other) is agree


@pytest.mark.parametrize(
    ("given_as", "expected"),
    [
        ("mesh:D010300", "MESH:D010300"),
        ("MIM:168600", "OMIM:168600"),
        ("EntrezGene:6622", "NCBIGene:6622"),
        ("CHEBI:CHEBI:6801", "CHEBI:6801"),
        ("ORPHA:319705", "Orphanet:319705"),
        ("chembl:25", "CHEMBL.COMPOUND:CHEMBL25"),
        ("uniprot:p37840", "UniProtKB:P37840"),
        ("other:1", "other:1"),
        ("plain", "plain"),
    ],
)
def test_a_curie_is_written_in_one_way(given_as, expected):
    assert written(given_as) == expected
    assert written(expected) == expected


CURIES = st.one_of(
    st.from_regex(r"(?:MESH:[DC]|MONDO:|HGNC:|CHEBI:)[0-9]{1,10}", fullmatch=True),
    st.from_regex(r"UniProtKB:[OPQ][0-9][A-Z0-9]{3}[0-9]", fullmatch=True),
    st.from_regex(r"FPLX:[A-Za-z_0-9]{1,12}", fullmatch=True),
)


@given(st.lists(CURIES, max_size=20))
def test_packing_a_curie_and_unpacking_it_is_the_identity(curies):
    forms = Forms()
    codes = [forms.add(curie) for curie in curies]
    again = Forms.of(forms.forms, forms.words)
    assert [again.curie(code) for code in codes] == curies
    assert [again.find(curie) for curie in curies] == codes


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200))
@example("İSNCA İİ α-synuclein e\u0301 SNCA 👩‍🔬 ﬁ SNCA")
@example("S" * 300 + " SNCA")
@example("SNCA " * 2000)
def test_any_text_gives_matches_that_the_lexicon_reads_alone_too(small, text):
    matches = small.find(text)
    assert all(first.end <= second.start for first, second in pairwise(matches))
    for match in matches:
        assert small.candidates(text[match.start : match.end]) == match.candidates != ()


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@example("İ")
@example("ŉ̇")
def test_each_character_of_a_key_has_its_capital(text):
    name = read_name(text)
    assert len(name.key) == len(name.capitals)
    assert read_name(text.strip()) == name


@pytest.mark.parametrize(
    "word",
    ["impact", "clock", "rest", "car", "pilot", "great", "April", "Trail", "Large", "Rank", "holds", "luminal", "gastro"],
)  # fmt: skip
def test_an_english_word_is_no_gene_and_no_drug(shipped, word):
    wrong = (Category.GENE, Category.GENE_FAMILY, Category.SMALL_MOLECULE, Category.DRUG, Category.DISEASE)
    assert not [candidate for candidate in shipped.candidates(word) if candidate.entity.category in wrong]


@pytest.mark.parametrize(
    ("symbol", "identifier"),
    [("IMPACT", "HGNC:20387"), ("CLOCK", "HGNC:2082"), ("REST", "HGNC:9966"), ("StAR", "HGNC:11359")],
)
def test_a_symbol_with_its_capitals_is_the_gene(shipped, symbol, identifier):
    assert shipped.candidates(symbol)[0].entity.id == identifier


def test_a_word_that_names_nothing_has_no_reading(shipped):
    for word in own_words("never"):
        assert shipped.candidates(word) == ()


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("mice", "NCBITaxon:10090"),
        ("mouse", "NCBITaxon:10090"),
        ("rats", "NCBITaxon:10116"),
        ("human", "NCBITaxon:9606"),
        ("aspirin", "CHEBI:15365"),
        ("Alzheimer's disease", "MONDO:0004975"),
        ("hippocampus", "UBERON:0002421"),
    ],
)
def test_everyday_names_lead_straight_to_their_concept(shipped, name, identifier):
    assert shipped.candidates(name)[0].entity.id == identifier


def test_our_own_lists_are_sorted_words_of_small_letters_and_rows_of_their_columns():
    for name in ("english", "never"):
        assert all(word == word.lower() and read_name(word).key == word for word in own_words(name))
    assert all(len(row) == 2 for name in ("names", "same", "unnamed") for row in own_rows(name))
    assert not own_words("english") & own_words("never")


@pytest.mark.parametrize(
    ("form", "category", "noise"),
    [
        ("Clock", Category.GENE, True),
        ("CLOCK", Category.GENE, False),
        ("clock", Category.PHENOTYPIC_FEATURE, False),
        ("12", Category.GENE, True),
        ("x", Category.GENE, True),
        ("Ca", Category.CHEMICAL_ENTITY, False),
        ("In", Category.CHEMICAL_ENTITY, True),
        ("F2", Category.GENE, False),
        ("n" * 121, Category.DISEASE, True),
    ],
)
def test_the_build_takes_out_forms_that_would_find_no_names(form, category, noise):
    each = Concept("CHEBI:1" if category is Category.CHEMICAL_ENTITY else "HGNC:1", "some name", category)
    assert is_noise(form, read_name(form).key, each) is noise


@pytest.mark.parametrize(
    ("form", "category", "needed"),
    [
        ("MET", Category.GENE, True),
        ("Met", Category.GENE, True),
        ("met", Category.GENE, False),
        ("SNCA", Category.GENE, False),
        ("Arm", Category.GROSS_ANATOMICAL_STRUCTURE, False),
    ],
)
def test_the_shortest_symbols_need_their_capitals(form, category, needed):
    assert needs_capitals(form, read_name(form).key, Concept("X:1", "some name", category)) is needed


def test_the_better_rank_of_a_form_stays():
    made = Concept("X:1", "x", Category.GENE)
    for rank in (WEAK, EXACT, WEAK):
        made.call("a  form", rank)
    assert made.names["a form"].rank == EXACT
