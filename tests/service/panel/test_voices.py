"""Who speaks for a specialist, with which key, and whether it may be told what stands in reports."""

import pytest
from pydantic import SecretStr

from isthmus.service.panel.specialists import Specialist, specialists
from isthmus.service.panel.voices import NO_MODEL, Voice, open_voices
from isthmus.service.settings import Settings


def settings(**changes) -> Settings:
    told = {"llm": "openai:big", "llm_base_url": "http://127.0.0.1:9/v1", "llm_api_key": SecretStr("sk-ours")}
    return Settings(**{**told, **changes})


def voiced(told: Settings, **changes) -> Voice | str:
    one: Specialist = specialists()["genetics"].model_copy(update=changes)
    return open_voices({"genetics": one}, told)["genetics"]


def key_of(voice: Voice) -> str:
    return voice._model.openai_api_key.get_secret_value()


def test_without_a_name_the_settings_model_speaks():
    voice = voiced(settings())
    assert (voice.name, key_of(voice), voice.reads_reports) == ("openai:big", "sk-ours", True)


def test_specialists_of_one_model_share_a_voice():
    voices = open_voices(specialists(), settings())
    assert len({id(each) for each in voices.values()}) == 1


def test_without_any_model_there_is_none():
    assert voiced(settings(llm="")) == NO_MODEL


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"model": "openai:small"}, "sk-ours"),
        ({"model": "openai:small", "base_url": "http://127.0.0.1:8/v1"}, "none"),
        ({"base_url": "https://models.example.org/v1"}, "none"),
    ],
)
def test_the_key_goes_to_the_settings_server_alone(changes, key):
    assert key_of(voiced(settings(), **changes)) == key


def test_a_server_elsewhere_is_told_no_reports_unless_allowed():
    away = {"base_url": "https://models.example.org/v1"}
    assert not voiced(settings(), **away).reads_reports
    assert voiced(settings(llm_clinical=True), **away).reads_reports
    assert not voiced(settings(llm_base_url="")).reads_reports


def test_a_model_that_cannot_be_opened_is_told_why():
    assert "needs its own package" in voiced(settings(), model="anthropic:some", base_url="")
    assert "cannot be used" in voiced(settings(), model="nobody:some")
