"""Every setting, in one typed place. Each is an environment variable ``ISTHMUS_<NAME>``; none has to be set."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from isthmus.errors import UsageError


class BadSetting(UsageError):
    """An ``ISTHMUS_*`` variable that cannot be used."""


class Settings(BaseSettings):
    """What a person may set. The README's table of settings is checked against these descriptions."""

    model_config = SettingsConfigDict(env_prefix="ISTHMUS_", extra="ignore", frozen=True)

    store: str = Field(default="", description="URL of the store; empty: an SQLite file in the user's data folder")
    cache: str = Field(default="", description="folder for what can be made again; empty: the user's cache folder")
    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses unsafe settings"
    )
    trusted_hosts: str = Field(
        default="",
        description="names that the server is reached by, with commas; empty: this machine's, and any IP address",
    )
    cors_origins: str = Field(
        default="",
        description="origins, with commas, whose pages may ask the server, as https://lab.example; empty: none",
    )
    rate_limit: int = Field(default=30_000, ge=1, description="requests a minute that each key may send")
    body_limit: int = Field(default=64, ge=1, le=4096, description="megabytes that a request may have")
    time_limit: float = Field(
        default=300.0, gt=0, description="seconds after which an answer that has not begun is given up"
    )
    log: Literal["", "text", "json"] = Field(
        default="", description="how servers log, on stderr; empty: text on a terminal, else JSON"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="the least that is logged; info has a line for each request"
    )
    shutdown_seconds: int = Field(
        default=20, ge=0, le=3600, description="that requests are given to end when the server is stopped"
    )
    jobs_at_once: int = Field(default=1, ge=1, le=64, description="jobs that a server works on at the same time")
    jobs_kept: float = Field(default=7.0, gt=0, le=3650, description="days that a job and its result are kept")
    jobs_room: int = Field(
        default=10_000, ge=1, description="megabytes that results of jobs may take; the oldest are cleared first"
    )
    metrics: Literal["open", "key"] = Field(
        default="open", description="whether /metrics is open, or needs a key, any of them, once there are keys"
    )
    workers: int = Field(default=2, ge=1, le=256, description="processes that read documents at the same time")
    worker_memory: int = Field(
        default=4096,
        ge=256,
        description="megabytes that such a process may take; a document that needs more is set aside",
    )
    worker_seconds: float = Field(
        default=60.0,
        gt=0,
        description="seconds that it may take for a batch of documents, and again for each 100,000 characters of it",
    )
    reviewer: str = Field(default="", description="your name on verdicts; empty: the name you are logged in with")
    llm: str = Field(default="", description="chat model as provider:model; empty: none is used")
    llm_base_url: str = Field(default="", description="address of an OpenAI-compatible server for the chat model")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="key of the chat model's provider")
    llm_input_price: float = Field(default=0.0, ge=0, description="money for a million tokens sent to the chat model")
    llm_output_price: float = Field(default=0.0, ge=0, description="money for a million tokens of its answers")
    llm_timeout: float = Field(
        default=60.0, gt=0, le=3600, description="seconds that one answer of the chat model may take"
    )
    llm_clinical: bool = Field(default=False, description="whether a remote chat model may be sent clinical reports")
    egress_allow: str = Field(
        default="",
        description="host:port pairs, with commas, that may be reached over plain http or at a private address",
    )
    pubmed_url: str = Field(
        default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils", description="address of PubMed's E-utilities"
    )
    pubmed_updates_url: str = Field(
        default="",
        description="folder of PubMed's daily update files, read for deletions; empty: NCBI's, with NCBI's E-utilities",
    )
    pubmed_api_key: SecretStr = Field(
        default=SecretStr(""), description="NCBI key: 10 requests a second instead of 3; empty: none is sent"
    )
    europepmc_url: str = Field(
        default="https://www.ebi.ac.uk/europepmc/webservices/rest", description="address of Europe PMC's service"
    )
    biorxiv_url: str = Field(
        default="https://api.biorxiv.org", description="address of bioRxiv's service, which has medRxiv too"
    )
    pubtator_url: str = Field(
        default="https://www.ncbi.nlm.nih.gov/research/pubtator3-api", description="address of PubTator 3's service"
    )
    contact_email: str = Field(default="", description="your address, sent to the services that ask programs for one")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="key that alerts sent to a webhook are signed with; empty: none is sent"
    )
    smtp_host: str = Field(default="", description="mail server for alerts; empty: none is sent by mail")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="how the connection to it is encrypted; none only on this machine or where allowed",
    )
    smtp_user: str = Field(default="", description="name to log in with; empty: no log-in")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="password to log in with")
    smtp_from: str = Field(default="isthmus@localhost", description="sender of alerts by mail")

    @property
    def store_url(self) -> str:
        """The URL of the store, with the default filled in."""
        return self.store or f"sqlite:///{user_data_path('isthmus', appauthor=False) / 'isthmus.sqlite'}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names in ``trusted_hosts``, in small letters."""
        return _listed(self.trusted_hosts.lower())

    @property
    def origins(self) -> tuple[str, ...]:
        """Those in ``cors_origins``."""
        return _listed(self.cors_origins)

    @property
    def cache_folder(self) -> Path:
        """The folder for what can be made again, with the default filled in."""
        return Path(self.cache) if self.cache else user_cache_path("isthmus", appauthor=False)


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises ``BadSetting`` naming the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ISTHMUS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(f"{name}: {first['msg']}. See the table of settings in the README.") from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (each.strip() for each in text.split(",")) if part)


def data_folder() -> Path:
    """Where Isthmus keeps what it makes for this user."""
    return user_data_path("isthmus", appauthor=False)
