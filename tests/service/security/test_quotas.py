"""What a key may ask in a day, counted in the store by however many processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.security.keys import UnusableKey, create_key, find_key, limit_key, rotate_key
from isthmus.service.security.quotas import Quotas, used_today
from isthmus.service.security.scope import Scope

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def taken(quotas, store, key, times):
    return [quotas.take(store, key).granted for _ in range(times)]


def test_a_key_without_a_quota_costs_nothing(opened, clock):
    key, _ = create_key(opened, [Scope.READ])
    assert Quotas(clock).take(opened, key) is None
    assert used_today(opened, key, NOON) == 0


def test_a_day_is_used_up_and_the_next_begins_at_midnight(opened, clock):
    key, _ = create_key(opened, [Scope.READ], quota=120)
    quotas = Quotas(clock)
    assert taken(quotas, opened, key, 121) == [True] * 120 + [False]
    told = quotas.take(opened, key).headers()
    assert told == {
        "ratelimit-limit": "120, 120;w=86400",
        "ratelimit-remaining": "0",
        "ratelimit-reset": "43200",
        "retry-after": "43200",
    }
    clock.now = NOON + timedelta(hours=12)
    assert quotas.take(opened, key).granted


def test_replicas_share_a_quota_and_never_exceed_it(graph_url, clock):
    with open_store(graph_url) as store:
        key, _ = create_key(store, [Scope.READ], quota=200)

    def replica(_):
        quotas = Quotas(clock)
        with open_store(graph_url) as store:
            return sum(taken(quotas, store, key, 100))

    with ThreadPoolExecutor(4) as pool:
        granted = list(pool.map(replica, range(4)))
    assert sum(granted) == 200


def test_a_restart_forgets_nothing_and_loses_a_block_at_most(opened, clock):
    key, _ = create_key(opened, [Scope.READ], quota=100)
    assert all(taken(Quotas(clock), opened, key, 51))
    left = taken(Quotas(clock), opened, key, 60)
    assert sum(left) == 48  # a block is two
    assert used_today(opened, key, NOON) == 100


def test_a_higher_quota_counts_at_once_and_what_was_asked_stays_asked(opened, clock):
    key, _ = create_key(opened, [Scope.READ], quota=3)
    quotas = Quotas(clock)
    assert taken(quotas, opened, key, 4) == [True, True, True, False]
    assert taken(quotas, opened, limit_key(opened, key.id, quota=5), 3) == [True, True, False]


def test_limits_are_kept_by_rotation_and_changed_one_by_one(opened):
    key, _ = create_key(opened, [Scope.READ], rate=7, quota=9)
    new, _ = rotate_key(opened, key.id, overlap=1)
    assert (new.rate, new.quota) == (7, 9)
    assert limit_key(opened, new.id, rate=0).quota == 9
    assert find_key(opened, new.id).rate == 0
    with pytest.raises(UnusableKey, match="from 0"):
        limit_key(opened, new.id, quota=-1)


def test_the_server_tells_minute_and_day(opened, graph_url):
    _, slow = create_key(opened, [Scope.READ], rate=1)
    _, few = create_key(opened, [Scope.READ], quota=2)
    with TestClient(create_app(graph_url)) as client:

        def ask(text):
            return client.get("/api/v1/entities/MONDO:0005180", headers={"authorization": f"Bearer {text}"})

        assert ask(slow).headers["ratelimit-limit"] == "1, 1;w=60"
        assert "1 requests a minute" in ask(slow).json()["detail"]
        assert [ask(few).headers["ratelimit-remaining"] for _ in range(2)] == ["1", "0"]
        late = ask(few)
        assert late.status_code == 429
        assert late.json()["type"] == "urn:isthmus:problem:too-many-requests"
        assert "2 requests a day" in late.json()["detail"]
        assert 0 < int(late.headers["retry-after"]) <= 86_400


def test_an_administrator_limits_by_rest(opened, graph_url):
    _, text = create_key(opened, [Scope.ADMIN])
    with TestClient(create_app(graph_url), headers={"authorization": f"Bearer {text}"}) as client:
        made = client.post("/api/v1/keys", json={"scopes": ["read"], "quota": 50}).json()["key"]
        assert (made["rate"], made["quota"]) == (0, 50)
        changed = client.put(f"/api/v1/keys/{made['id']}/limits", json={"rate": 6}).json()
        assert (changed["rate"], changed["quota"]) == (6, 50)
        assert client.put(f"/api/v1/keys/{made['id']}/limits", json={"rate": -1}).status_code == 422


def test_a_person_limits_by_the_command_line(isthmus, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    text = isthmus("keys", "create", "--scope", "read", "--quota", "10", "--store", url).out.split()[-1]
    told = isthmus("keys", "limit", text, "--rate", "5", "--store", url)
    assert told.out.strip().endswith("5 requests a minute, 10 requests a day; 0 taken today")
    (row,) = isthmus("keys", "list", "--store", url, "--json").json
    assert (row["rate"], row["quota"]) == (5, 10)
