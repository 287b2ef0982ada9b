"""Opening chat models by name: what is missing or misspelt is said in one line."""

import json
import sys

import pytest
from local_model import completion, serving

from isthmus.extractors.lexicon.scoring import Candidate
from isthmus.graph.model import Document, DocumentKind, Entity, Modality
from isthmus.graph.vocabulary import Category
from isthmus.service.language_model import (
    NO_KEY,
    NoLanguageModels,
    UnknownModel,
    chat_extractor,
    grounding,
    may_read_reports,
    on_this_machine,
    open_chat_model,
)
from isthmus.service.settings import settings


def test_a_model_is_opened_by_provider_and_name_without_any_request():
    model = open_chat_model("openai:some-model", "http://127.0.0.1:9/v1", "secret")
    assert model.model_name == "some-model"
    assert model.openai_api_key.get_secret_value() == "secret"
    assert model.max_retries == 0


def test_the_providers_own_key_never_goes_to_another_address(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-provider")
    model = open_chat_model("openai:some-model", "http://127.0.0.1:9/v1")
    assert model.openai_api_key.get_secret_value() == NO_KEY
    assert open_chat_model("openai:some-model").openai_api_key.get_secret_value() == "sk-of-the-provider"


def test_a_missing_key_is_said(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UnknownModel, match="ISTHMUS_LLM_API_KEY"):
        open_chat_model("openai:some-model")


@pytest.mark.parametrize("name", ["", "gpt", "openai:", ":x", "nobody:x"])
def test_a_name_that_is_no_model_is_refused(name):
    with pytest.raises(UnknownModel, match="provider"):
        open_chat_model(name)


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(NoLanguageModels, match=r"pip install isthmus\[llm\]"):
        open_chat_model("openai:some-model")


def test_only_loopback_is_on_this_machine():
    assert all(map(on_this_machine, ("http://localhost:1/v1", "http://127.8.0.1", "http://[::1]:80/v1")))
    assert not any(
        map(on_this_machine, ("", "https://api.example.org", "http://localhost.example.org", "http://10.0.0.1"))
    )


class Names:
    """A lexicon of one name with two meanings."""

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """The meanings, likeliest first."""
        return (
            Candidate(Entity("MONDO:0005180", "PD", Category.DISEASE), "synonym", True, 0.6),
            Candidate(Entity("HGNC:1", "PD", Category.GENE), "synonym", True, 0.4),
            Candidate(Entity("CL:1", "PD", Category.CELL), "synonym", True, 0.1),
        )


@pytest.mark.parametrize(
    ("category", "found"),
    [
        (Category.DISEASE, "MONDO:0005180"),
        (Category.DISEASE_OR_PHENOTYPIC_FEATURE, "MONDO:0005180"),
        (Category.GENE, "HGNC:1"),
        (Category.CELL, None),
        (Category.DRUG, None),
    ],
)
def test_a_name_means_the_likeliest_concept_of_its_category(category, found):
    concept = grounding(Names())("PD", category)
    assert (concept and concept.id) == found


def test_the_settings_make_an_extractor_with_the_lexicons_concepts(monkeypatch, tmp_path):
    mentions = [{"quote": "rasagiline", "category": "Drug"}, {"quote": "MAOB", "category": "Gene"}]
    with serving(lambda asked: completion(json.dumps({"mentions": mentions, "statements": []}))) as address:
        monkeypatch.setenv("ISTHMUS_LLM_BASE_URL", address)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        settings.cache_clear()
        try:
            extractor = chat_extractor("openai:some-model")
        finally:
            monkeypatch.undo()
            settings.cache_clear()
        title = "Does rasagiline slow MAOB?"
        extraction = extractor.extract(Document("pmid:1", DocumentKind.REPORT, Modality.IMAGING, title))
    assert extraction.extractor.startswith("openai:some-model/")
    assert [mention.entity for mention in extraction.mentions] == ["CHEBI:63620", "HGNC:6834"]
    assert len(list((tmp_path / "isthmus" / "answers").rglob("*.json"))) == 1


@pytest.mark.parametrize(
    ("address", "clinical", "may"),
    [
        ("", "", False),
        ("https://models.example.org/v1", "", False),
        ("https://models.example.org/v1", "true", True),
        ("", "true", True),
        ("http://127.0.0.1:8080/v1", "", True),
        ("http://localhost:8080/v1", "false", True),
    ],
)
def test_reports_go_to_this_machine_or_where_somebody_said_so(monkeypatch, address, clinical, may):
    monkeypatch.setenv("ISTHMUS_LLM_BASE_URL", address)
    if clinical:
        monkeypatch.setenv("ISTHMUS_LLM_CLINICAL", clinical)
    settings.cache_clear()
    try:
        assert may_read_reports() == may
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_an_answer_can_be_cut_at_a_length():
    assert open_chat_model("openai:some-model", "http://127.0.0.1:9/v1", "secret", 4_000).max_tokens == 4_000
