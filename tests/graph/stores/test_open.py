"""From a URL to a store."""

from pathlib import Path

import pytest

from isthmus.errors import UsageError
from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.graph.stores.protocol import StoreUnreachable


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///graph.db", "graph.db"),
        ("sqlite:///some/where/graph.db", "some/where/graph.db"),
        ("sqlite:////srv/graph.db", "/srv/graph.db"),
        ("sqlite:///with%20space/ü.sqlite", "with space/ü.sqlite"),
        ("some/graph.db", "some/graph.db"),
        ("/srv/graph.sqlite3", "/srv/graph.sqlite3"),
        ("sqlite:///no-suffix", "no-suffix"),
    ],
)
def test_a_url_names_a_file(url, path):
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize("url", ["", "sqlite:///", "mysql://host/db", "graph", "http://host", "sqlite://graph.db"])
def test_what_names_no_store_is_refused_with_the_schemes_there_are(url):
    with pytest.raises(UsageError) as error:
        open_store(url)
    assert "sqlite:///" in str(error.value)
    assert "neo4j://" in str(error.value)


def test_a_refused_url_does_not_show_its_password():
    with pytest.raises(UsageError) as error:
        open_store("mysql://ann:geheim@host/db")
    assert "geheim" not in str(error.value)


def test_a_store_is_made_with_its_folder(tmp_path):
    url = f"sqlite:///{tmp_path}/a/b/graph.db"
    with open_store(url) as store:
        assert store.url == url
    assert (tmp_path / "a" / "b" / "graph.db").is_file()


def test_a_relative_path_lies_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///graph.db").close()
    assert (tmp_path / "graph.db").is_file()


def test_a_relative_store_stays_where_it_was_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    with open_store("sqlite:///graph.db") as store:
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert store.counts().documents == 0
        assert list(store.all_entities()) == []


def test_without_create_a_store_must_be_there(tmp_path):
    url = f"sqlite:///{tmp_path}/nowhere/graph.db"
    with pytest.raises(StoreUnreachable, match="there is no store at"):
        open_store(url, create=False)
    assert not (tmp_path / "nowhere").exists()
    open_store(url).close()
    open_store(url, create=False).close()


def test_without_create_an_empty_file_is_no_store(tmp_path):
    (tmp_path / "graph.db").touch()
    with pytest.raises(StoreUnreachable, match="is empty"):
        open_store(f"sqlite:///{tmp_path}/graph.db", create=False)
