"""``isthmus keys`` as a person runs it."""

from isthmus.service.security.keys import KEY_PATTERN


def test_a_key_is_made_listed_rotated_and_revoked_and_all_of_it_is_on_record(isthmus, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    made = isthmus("keys", "create", "--scope", "read", "--name", "lab", "--expires", "30", "--store", url)
    assert made.code == 0
    text = made.out.split()[-1]
    identifier = KEY_PATTERN.fullmatch(text)[1]
    listed = isthmus("keys", "list", "--store", url, "--json")
    (row,) = listed.json
    assert (row["id"], row["scopes"], row["name"], row["revoked"]) == (identifier, ["read"], "lab", "")
    turned = isthmus("keys", "rotate", identifier, "--store", url)
    other = KEY_PATTERN.fullmatch(turned.out.split()[-1])[1]
    assert isthmus("keys", "revoke", text, "--store", url).code == 0
    audit = isthmus("keys", "audit", "--store", url, "--json", ISTHMUS_REVIEWER="Ada")
    words = [deed["path"].split()[:2] for deed in audit.json]
    assert words == [["keys", "create"], ["keys", "rotate"], ["keys", "revoke"]]
    shown = isthmus("keys", "list", "--store", url).out
    assert identifier in shown
    assert other in shown
    for told in (listed.out, audit.out, shown, made.err):
        assert text[-64:] not in told
        assert "digest" not in told


def test_wrong_use_is_told_apart(isthmus, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert isthmus("keys", "create", "--scope", "everything", "--store", url).code == 2
    assert isthmus("keys", "create", "--store", url).code == 2
    assert isthmus("keys", "create", "--scope", "read", "--expires", "0", "--store", url).code == 2
    assert isthmus("keys", "list", "--store", url).code == 0
    assert isthmus("keys", "revoke", "0" * 12, "--store", url).code == 2
