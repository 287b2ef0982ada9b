"""Who is told, and how: signed webhooks, mail, the feed; and the outbox, from which nothing is lost."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy

import pytest
from graph.samples import DRUG_TREATS_ALZHEIMER, paper
from lxml import etree
from pydantic import SecretStr
from service.watch.receivers import mail_server, webhook

from isthmus.graph.stores.entries import EntryKind
from isthmus.service.egress import AddressRefused
from isthmus.service.hypotheses.kept import every
from isthmus.service.settings import Settings
from isthmus.service.watch.added import add_watch
from isthmus.service.watch.atom import atom_feed
from isthmus.service.watch.kept import latest_alerts
from isthmus.service.watch.mail import UnusableMail, letter
from isthmus.service.watch.outbox import LEASE, UnusableTarget, check_target, deliver
from isthmus.service.watch.run import run_watches
from isthmus.service.watch.watch import Alert, AlertKind, Change, ChangeKind
from isthmus.service.watch.webhook import NoSecret

SECRET = "between us"
HOOKED = Settings(webhook_secret=SecretStr(SECRET))
ALERT = Alert(
    kind=AlertKind.ENTERED,
    subject="CHEBI:1",
    text="sedatin entered the best 10",
    rank_before=14,
    rank_after=3,
    changes=[Change(kind=ChangeKind.NEW_PAPER, id="pmid:7", text="pmid:7 says that sedatin inhibits GENE")],
    id="20261125T200000000000-abcdefabcdef",
    watch="0" * 32,
    watched="sedatin and restlessness",
    at="2026-11-25T20:00:00+00:00",
    version="1",
)


def posted(port, refuse=""):
    return Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", smtp_from="isthmus@lab.example")


@pytest.fixture
def alerted(store, tmp_path):
    """A store with one alert for somebody who has not been told."""

    def make(*notify, known=HOOKED):
        add_watch(
            store,
            lambda curie: None,
            source="verubecestat",
            target="Alzheimer disease",
            notify=notify,
            known=known,
            cache=tmp_path / "cache",
        )
        store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
        (alert,) = run_watches(store, cache=tmp_path / "cache").alerts
        return alert

    return make


def waiting(store):
    return [entry.value for entry in every(store, EntryKind.OUTBOX)]


def test_a_webhook_gets_the_alert_signed(alerted, store, at_once):
    with webhook(204) as hook:
        alert = alerted(f"webhook:{hook.url}")
        assert deliver(store, HOOKED).sent == 1
        ((headers, body),) = hook.requests
    assert json.loads(body)["text"] == alert.text
    assert headers["idempotency-key"] == alert.id
    time, signature = (part.split("=")[1] for part in headers["isthmus-signature"].split(","))
    assert signature == hmac.new(SECRET.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    assert abs(int(time) - datetime.now(UTC).timestamp()) < 100
    assert waiting(store) == []
    assert deliver(store, HOOKED).sent == 0


def test_a_webhook_that_stumbles_is_tried_again_at_once(alerted, store, at_once):
    with webhook(503, 500, 200) as hook:
        alert = alerted(f"webhook:{hook.url}")
        done = deliver(store, HOOKED)
        assert (done.sent, done.failed) == (1, 0)
        assert [headers["idempotency-key"] for headers, _ in hook.requests] == [alert.id] * 3


def test_a_webhook_that_fails_waits_longer_each_time_and_gets_it_in_the_end(alerted, store, at_once):
    now = datetime.now(UTC)
    with webhook(500) as hook:
        alerted(f"webhook:{hook.url}")
        waits = []
        for _ in range(3):
            done = deliver(store, HOOKED, now=now)
            assert (done.sent, done.failed, done.waiting) == (0, 1, 1)
            assert "answered 500" in done.errors[0]
            (left,) = waiting(store)
            assert "answered 500" in left["error"]
            due = datetime.fromisoformat(left["next"])
            assert deliver(store, HOOKED, now=due - timedelta(seconds=1)).failed == 0
            waits.append(due - now)
            now = due + timedelta(seconds=1)
        assert waits == sorted(set(waits))
        hook.answers[:] = [200]
        assert deliver(store, HOOKED, now=now).sent == 1
    assert waiting(store) == []


def test_a_redirect_is_not_followed_and_says_so(alerted, store, at_once):
    with webhook(307) as hook:
        alerted(f"webhook:{hook.url}")
        assert "redirects are not followed" in deliver(store, HOOKED).errors[0]
        assert {headers["path"] for headers, _ in hook.requests} == {"/alerts?team=1"}


def test_a_crash_while_sending_sends_again_after_the_lease(alerted, store, monkeypatch, at_once):
    with webhook(200) as hook:
        alerted(f"webhook:{hook.url}")
        with monkeypatch.context() as patched:
            patched.setattr(store, "delete_entry", _crash)
            with pytest.raises(KeyboardInterrupt):
                deliver(store, HOOKED)
        now = datetime.now(UTC)
        assert deliver(store, HOOKED, now=now).sent == 0
        assert deliver(store, HOOKED, now=now + LEASE).sent == 1
        keys = [headers["idempotency-key"] for headers, _ in hook.requests]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def _crash(*arguments, **named):
    raise KeyboardInterrupt


def test_who_does_not_answer_does_not_keep_the_others_waiting(alerted, store, at_once):
    with webhook(500) as deaf, webhook(200) as hook:
        alerted(f"webhook:{deaf.url}", f"webhook:{hook.url}")
        done = deliver(store, HOOKED)
    assert (done.sent, done.failed) == (1, 1)


def test_what_may_no_longer_be_sent_waits_and_says_why(alerted, store, at_once):
    with webhook(200) as hook:
        alerted(f"webhook:{hook.url}")
        done = deliver(store, Settings())
        assert (done.sent, done.waiting) == (0, 1)
        assert "ISTHMUS_WEBHOOK_SECRET" in done.errors[0]
        assert hook.requests == []


def test_mail_is_sent_with_what_changed(alerted, store, at_once):
    with mail_server() as post:
        alert = alerted("mail:ada@lab.example", known=posted(post.port))
        assert deliver(store, posted(post.port)).sent == 1
    (text,) = post.letters
    message = message_from_string(text, policy=policy.default)
    assert message["To"] == "ada@lab.example"
    assert message["From"] == "isthmus@lab.example"
    assert alert.id in message["Message-ID"]
    body = message.get_content()
    assert alert.text in body
    assert "pmid:9" in body


@pytest.mark.parametrize("refuse", ["MAIL", "RCPT", "DATA"])
def test_mail_that_is_refused_waits(alerted, store, at_once, refuse):
    with mail_server(refuse) as post:
        alerted("mail:ada@lab.example", known=posted(post.port))
        done = deliver(store, posted(post.port))
    assert (done.sent, done.waiting, post.letters) == (0, 1, [])
    assert "did not take it" in done.errors[0]


@pytest.mark.parametrize(
    ("target", "known", "error"),
    [
        ("ada@lab.example", Settings(), UnusableTarget),
        ("sms:123", Settings(), UnusableTarget),
        ("webhook:http://hooks.example/", HOOKED, AddressRefused),
        ("webhook:https://hooks.example/", Settings(), NoSecret),
        ("mail:ada@lab.example", Settings(), UnusableMail),
        ("mail:ada@lab.example\r\nBcc: all@lab.example", posted(25), UnusableMail),
        ("mail:ada@lab.example,ben@lab.example", posted(25), UnusableMail),
        ("mail:ada", posted(25), UnusableMail),
        ("mail:ada@lab.example", Settings(smtp_host="mail.example", smtp_tls="none"), UnusableMail),
    ],
)
def test_whoever_cannot_be_told_is_refused_before_anything_is_kept(target, known, error):
    with pytest.raises(error):
        check_target(target, known)


def test_a_mail_without_encryption_is_for_this_machine_or_where_allowed():
    allowed = Settings(smtp_host="mail.example", smtp_tls="none", egress_allow="mail.example:587")
    assert check_target("mail:ada@lab.example", allowed)


def test_line_ends_in_what_papers_say_do_not_get_into_headers():
    spoofed = ALERT.model_copy(update={"text": "good\r\nBcc: all@lab.example\n\nbody"})
    message = letter(spoofed, "ada@lab.example", "isthmus@lab.example")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def test_the_feed_tells_each_alert_with_its_id():
    evil = ALERT.model_copy(update={"id": "other", "text": "<script>alert(1)</script> & \x00\x0b more"})
    root = etree.fromstring(atom_feed([ALERT, evil], address="http://127.0.0.1/api/v1/watches/feed.xml"))
    names = {"a": "http://www.w3.org/2005/Atom"}
    ids = root.xpath("a:entry/a:id/text()", namespaces=names)
    assert ids == [f"urn:isthmus:alert:{ALERT.id}", "urn:isthmus:alert:other"]
    titles = root.xpath("a:entry/a:title/text()", namespaces=names)
    assert titles[1].startswith("<script>alert(1)</script> & ")
    assert root.xpath("//a:script", namespaces=names) == []
    content = root.xpath("string(a:entry[1]/a:content)", namespaces=names)
    assert "Rank: 14 -> 3" in content
    assert "pmid:7" in content
    for element in ("id", "title", "updated", "author"):  # RFC 4287, 4.1.1
        assert root.find(f"a:{element}", names) is not None
    assert root.findtext("a:updated", namespaces=names) == ALERT.at


def test_an_empty_feed_is_a_feed():
    assert etree.fromstring(atom_feed([])).findtext("{http://www.w3.org/2005/Atom}title") == "Isthmus alerts"


def test_alerts_stay_where_people_look_whoever_was_told(alerted, store, at_once):
    alert = alerted()
    assert deliver(store, HOOKED).sent == 0
    assert latest_alerts(store) == [alert]
