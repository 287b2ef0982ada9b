"""Keys: what they open, when they end, and what is kept of them."""

import hmac
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.security import keys
from isthmus.service.security.keys import (
    KEY_PATTERN,
    BadKey,
    UnknownKey,
    UnusableKey,
    any_key,
    check_key,
    create_key,
    find_key,
    keys_of,
    mark_used,
    revoke_key,
    rotate_key,
)
from isthmus.service.security.scope import Scope


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'keys.sqlite'}") as opened:
        yield opened


def test_a_key_is_known_by_its_text_alone(store):
    made, text = create_key(store, [Scope.READ], name=" lab ")
    assert KEY_PATTERN.fullmatch(text)[1] == made.id
    assert check_key(store, text) == made
    assert (made.name, made.scopes) == ("lab", (Scope.READ,))


def test_keys_differ(store):
    texts = {create_key(store, [Scope.READ])[1] for _ in range(20)}
    assert len(texts) == len({text[-64:] for text in texts}) == 20


def test_the_store_holds_no_key(store, tmp_path):
    _, text = create_key(store, [Scope.ADMIN])
    with sqlite3.connect(sqlite_path(f"sqlite:///{tmp_path / 'keys.sqlite'}")) as connection:
        kept = "\n".join(connection.iterdump())
    assert text[-64:] not in kept
    assert "digest" in kept


@pytest.mark.parametrize("has", list(Scope))
@pytest.mark.parametrize("asked", list(Scope))
def test_admin_includes_the_others_which_do_not_include_one_another(store, has, asked):
    made, _ = create_key(store, [has])
    assert made.allows(asked) == (has in (asked, Scope.ADMIN))


def test_a_wrong_secret_an_unknown_id_and_no_key_at_all_are_refused_in_the_same_words(store):
    _, text = create_key(store, [Scope.READ])
    wrong = text[:-1] + ("0" if text[-1] != "0" else "1")
    told = set()
    for bad in (wrong, f"isthmus_{'0' * 12}_{text[-64:]}", "", "nonsense", "é", text + "0", text.upper()):
        with pytest.raises(BadKey) as refused:
            check_key(store, bad)
        told.add(str(refused.value))
        assert bad == "" or bad not in str(refused.value)
    assert len(told) == 1


def test_a_key_that_has_expired_is_refused_like_an_unknown_one(store):
    _, text = create_key(store, [Scope.READ], days=2)
    now = datetime.now(UTC)
    assert check_key(store, text, now + timedelta(days=1.9))
    with pytest.raises(BadKey, match="opens nothing"):
        check_key(store, text, now + timedelta(days=2.1))


def test_a_revoked_key_is_refused_and_stays_so(store):
    made, text = create_key(store, [Scope.READ])
    first = revoke_key(store, made.id)
    with pytest.raises(BadKey, match="opens nothing"):
        check_key(store, text)
    assert revoke_key(store, made.id) == first
    assert any_key(store), "the last key revoked must not open the door to all"


def test_secrets_are_compared_in_constant_time_also_where_there_is_no_such_key(store, monkeypatch):
    compared, real = [], hmac.compare_digest

    def compare(one, other):
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(keys.hmac, "compare_digest", compare)
    _, text = create_key(store, [Scope.READ])
    check_key(store, text)
    for bad in (f"isthmus_{'0' * 12}_{'0' * 64}", text[:-1] + "z", "short"):
        with pytest.raises(BadKey):
            check_key(store, bad)
    assert len(compared) == 4
    assert {len(each) for pair in compared for each in pair} == {64}, "hashes are compared, whatever was sent"


def test_after_a_rotation_both_open_for_the_overlap(store):
    old, old_text = create_key(store, [Scope.INGEST, Scope.READ], name="loader", days=30)
    new, new_text = rotate_key(store, old.id, overlap=2)
    now = datetime.now(UTC)
    assert (new.scopes, new.name, new.replaces) == (old.scopes, "loader", old.id)
    assert timedelta(days=29.9) < datetime.fromisoformat(new.expires) - now < timedelta(days=30.1)
    assert check_key(store, old_text, now + timedelta(hours=1.9))
    with pytest.raises(BadKey):
        check_key(store, old_text, now + timedelta(hours=2.1))
    assert check_key(store, new_text, now + timedelta(hours=2.1))


def test_a_rotation_never_lengthens_a_life(store):
    old, _ = create_key(store, [Scope.READ], days=0.01)
    rotate_key(store, old.id, overlap=24)
    assert find_key(store, old.id).expires == old.expires


def test_what_has_ended_is_not_rotated(store):
    made, _ = create_key(store, [Scope.READ])
    revoke_key(store, made.id)
    with pytest.raises(UnusableKey, match="keys create"):
        rotate_key(store, made.id, overlap=1)


def test_the_last_day_of_use_is_written_once_a_day_and_revives_nothing(store):
    made, text = create_key(store, [Scope.READ])
    mark_used(store, made, "2026-03-01")
    mark_used(store, check_key(store, text), "2026-03-01")
    assert (find_key(store, made.id).used, find_key(store, made.id).revision) == ("2026-03-01", 2)
    before = check_key(store, text)
    revoke_key(store, made.id)
    mark_used(store, before, "2026-03-02")
    assert find_key(store, made.id).revoked


@pytest.mark.parametrize("days", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_life_that_is_none_is_refused(store, days):
    with pytest.raises(UnusableKey):
        create_key(store, [Scope.READ], days=days)
    with pytest.raises(UnusableKey, match="needs a scope"):
        create_key(store, [])
    assert keys_of(store) == []


@pytest.mark.parametrize("text", ["", "nobody", "0" * 12, "../../etc", "\x00", "é" * 12])
def test_an_unknown_id_says_where_to_look(store, text):
    with pytest.raises(UnknownKey, match="keys list"):
        find_key(store, text)
