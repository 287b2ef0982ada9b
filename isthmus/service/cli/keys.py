"""``isthmus keys``: who may ask the server for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, open_or_create, print_json
from isthmus.service.security.scope import Scope

if TYPE_CHECKING:
    from isthmus.graph.stores.protocol import Store
    from isthmus.service.security.keys import Key

app = typer.Typer(no_args_is_help=True, help="Keys of the server: once there is one, nobody gets in without.")

KeyId = Annotated[str, typer.Argument(metavar="ID", help="The twelve characters of `keys list`.", show_default=False)]
Days = Annotated[
    float | None, typer.Option("--expires", metavar="DAYS", help="After so many days it ends.", show_default=False)
]


Rate = Annotated[int, typer.Option(metavar="N", min=0, help="Requests a minute it may send; 0: as all keys.")]
Quota = Annotated[int, typer.Option(metavar="N", min=0, help="Requests a day (UTC) it may send; 0: any number.")]


@app.command()
def create(
    scope: Annotated[
        list[Scope], typer.Option("--scope", help="May be repeated; admin includes the others.", show_default=False)
    ],
    name: Annotated[str, typer.Option("--name", metavar="N", help="Whom or what it is for.")] = "",
    expires: Days = None,
    rate: Rate = 0,
    quota: Quota = 0,
    store: StoreOption = "",
) -> None:
    """Make a key and print it, this once: the store keeps only its hash."""
    from isthmus.service.security.keys import create_key

    with open_or_create(store) as opened:
        made, text = create_key(opened, scope, name=name, days=expires, rate=rate, quota=quota)
        _write_down(opened, f"keys create {made.id} {','.join(made.scopes)}")
    _print_made(made, text)


@app.command("list")
def list_(store: StoreOption = "", json: JsonOption = False) -> None:
    """All keys that were made, those that have ended too; never their texts."""
    from isthmus.service.security.keys import keys_of

    with open_existing(store) as opened:
        found = keys_of(opened)
    if json:
        print_json([_as_json(key) for key in found])
        return
    if not found:
        typer.echo("no key was made yet: see `isthmus keys create --help`")
    for key in found:
        used = f", last used {key.used}" if key.used else ", never used"
        typer.echo(f"{key.id}  {','.join(key.scopes)}  {key.name or '-'}  {_state(key)}{used}{_limits(key)}")


@app.command()
def revoke(key: KeyId, store: StoreOption = "") -> None:
    """From now on it opens nothing."""
    from isthmus.service.security.keys import revoke_key

    with open_existing(store) as opened:
        ended = revoke_key(opened, key)
        _write_down(opened, f"keys revoke {ended.id}")
    typer.echo(f"{ended.id} {_state(ended)}")


@app.command()
def rotate(
    key: KeyId,
    overlap: Annotated[
        float, typer.Option(metavar="HOURS", min=0, max=8760, help="So long the old one still opens.")
    ] = 24.0,
    expires: Days = None,
    store: StoreOption = "",
) -> None:
    """Make a new key in place of one, with its scopes and name, and print it, this once."""
    from isthmus.service.security.keys import rotate_key

    with open_existing(store) as opened:
        made, text = rotate_key(opened, key, overlap=overlap, days=expires)
        _write_down(opened, f"keys rotate {made.replaces} {made.id}")
    typer.echo(f"{made.replaces} opens for {overlap:g} hours more", err=True)
    _print_made(made, text)


@app.command()
def limit(
    key: KeyId,
    rate: Annotated[int | None, typer.Option(metavar="N", min=0, help="Requests a minute; 0: as all keys.")] = None,
    quota: Annotated[int | None, typer.Option(metavar="N", min=0, help="Requests a day (UTC); 0: any number.")] = None,
    store: StoreOption = "",
) -> None:
    """Let a key ask so often and no oftener, from now on."""
    from isthmus.service.security.keys import limit_key
    from isthmus.service.security.quotas import used_today

    with open_existing(store) as opened:
        changed = limit_key(opened, key, rate=rate, quota=quota)
        _write_down(opened, f"keys limit {changed.id} rate {changed.rate} quota {changed.quota}")
        taken = used_today(opened, changed)
    typer.echo(f"{changed.id}{_limits(changed) or ', no limits of its own'}; {taken} taken today")


@app.command()
def audit(
    limit: Annotated[int, typer.Option(min=1, help="So many of the newest.")] = 50,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Who wrote what by the server, and what was done to keys; the newest last."""
    from dataclasses import asdict

    from isthmus.service.security.audit import latest_deeds

    with open_existing(store) as opened:
        deeds = latest_deeds(opened, limit)
    if json:
        print_json([asdict(deed) for deed in deeds])
        return
    if not deeds:
        typer.echo("nothing was written by the server yet")
    for deed in deeds:
        who = " ".join(filter(None, (deed.key or "this machine", deed.name, deed.reviewer and f"as {deed.reviewer}")))
        typer.echo(f"{deed.at[:19]}  {who}  {deed.method} {deed.path}  {deed.status or 'cut off'}  {deed.request}")


def _print_made(key: Key, text: str) -> None:
    """The talk on stderr, so that the key is all that stdout carries."""
    typer.echo(f"{key.id} {','.join(key.scopes)}: {_state(key)}. Keep it now, it is not shown again.", err=True)
    typer.echo(text)


def _state(key: Key) -> str:
    from datetime import UTC, datetime

    if key.revoked:
        return f"revoked {key.revoked[:16]}"
    if not key.expires:
        return "never expires"
    return f"{'expires' if key.works(datetime.now(UTC)) else 'expired'} {key.expires[:16]}"


def _limits(key: Key) -> str:
    rate = f", {key.rate} requests a minute" if key.rate else ""
    return rate + (f", {key.quota} requests a day" if key.quota else "")


def _as_json(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "scopes": list(key.scopes),
        "name": key.name,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "used": key.used,
        "replaces": key.replaces,
        "rate": key.rate,
        "quota": key.quota,
    }


def _write_down(store: Store, words: str) -> None:
    from isthmus.service.review.reviewer import UnknownReviewer, reviewer_name
    from isthmus.service.security.audit import write_down_command

    try:
        who = reviewer_name()
    except UnknownReviewer:  # a container's user has no name, and may make keys
        who = ""
    write_down_command(store, words, who)
