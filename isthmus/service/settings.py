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
    workers: int = Field(default=2, ge=1, le=256, description="processes that read documents at the same time")
    reviewer: str = Field(default="", description="your name on verdicts; empty: the name you are logged in with")
    llm: str = Field(default="", description="chat model as provider:model; empty: none is used")
    llm_base_url: str = Field(default="", description="address of an OpenAI-compatible server for the chat model")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="key of the chat model's provider")
    llm_input_price: float = Field(default=0.0, ge=0, description="money for a million tokens sent to the chat model")
    llm_output_price: float = Field(default=0.0, ge=0, description="money for a million tokens of its answers")
    llm_clinical: bool = Field(default=False, description="whether a remote chat model may be sent clinical reports")
    egress_allow: str = Field(
        default="",
        description="host:port pairs, with commas, that may be reached over plain http or at a private address",
    )
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


def data_folder() -> Path:
    """Where Isthmus keeps what it makes for this user."""
    return user_data_path("isthmus", appauthor=False)
