import hmac
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.application.access import keys
from satselect.application.access.accounts import find_user
from satselect.application.access.keys import KeyWish, create_key, revoke_key, user_of
from satselect.application.act import Act
from satselect.application.errors import (
    BadNameError,
    ConflictError,
    UnknownFleetError,
    UnknownKeyError,
    UnknownUserError,
)
from satselect.store.models import Audit, Key, User
from tests.application.buffers import NOW
from tests.databases import counts
from tests.people import key_of, user

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


def test_a_key_is_its_users() -> None:
    anna, berta = user("anna", "customer"), user("berta", "customer")
    assert [user_of(key_of(each), at=NOW) for each in (anna, berta)] == [anna, berta]


def test_the_key_itself_is_not_stored() -> None:
    text = key_of(user("anna", "customer"))
    stored = Key.objects.get()
    assert text.startswith(f"sat_{stored.visible}_")
    assert text.split("_", 2)[2] not in str(Key.objects.values())
    assert len(text) == len("sat_") + 8 + 1 + 43 + 8


@pytest.mark.parametrize("place", [0, 5, 14, 40, -1])
def test_a_key_with_a_wrong_letter_is_nobodys(place: int) -> None:
    text = key_of(user("anna", "customer"))
    wrong = list(text)
    wrong[place] = "a" if wrong[place] != "a" else "b"
    assert user_of("".join(wrong), at=NOW) is None


def test_another_secret_with_a_right_checksum_is_nobodys() -> None:
    anna = user("anna", "customer")
    text = key_of(anna)
    other = key_of(anna)
    Key.objects.filter(visible=other[4:12]).update(digest=Key.objects.get(visible=text[4:12]).digest)
    assert user_of(other, at=NOW) is None


@pytest.mark.parametrize("text", ["", "sat", "sat_" + "a" * 60, "k" * 10_000, "sat_\u00e9", "sat_a\0"])
def test_what_is_no_key_is_nobodys(text: str) -> None:
    assert user_of(text, at=NOW) is None


def test_a_key_holds_until_it_expires() -> None:
    anna = user("anna", "customer")
    text = key_of(anna, expires=NOW + DAY)
    assert [user_of(text, at=at) for at in (NOW, NOW + DAY)] == [anna, None]


def test_a_replaced_key_holds_until_the_overlap_is_over() -> None:
    anna = user("anna", "customer")
    old = key_of(anna)
    new = key_of(anna, replaces=old[4:12], overlap=DAY)
    assert [user_of(old, at=at) for at in (NOW, NOW + DAY)] == [anna, None]
    assert user_of(new, at=NOW + DAY) == anna


def test_a_revoked_key_is_nobodys_and_revoked_once() -> None:
    anna = user("anna", "customer")
    text = key_of(anna)
    revoke_key(anna, text[4:12], Act(anna, NOW))
    assert user_of(text, at=NOW) is None
    with pytest.raises(UnknownKeyError):
        revoke_key(anna, text[4:12], Act(anna, NOW))


def test_nobody_revokes_or_replaces_the_key_of_another() -> None:
    anna, berta = user("anna", "customer"), user("berta", "customer")
    text = key_of(anna)
    with pytest.raises(UnknownKeyError):
        revoke_key(berta, text[4:12], Act(berta, NOW))
    with pytest.raises(UnknownKeyError):
        create_key(berta, KeyWish(replaces=text[4:12]), Act(berta, NOW))
    assert (user_of(text, at=NOW), Key.objects.count()) == (anna, 1)


def test_the_keys_of_who_is_not_active_do_not_hold() -> None:
    text = key_of(user("anna", "customer"))
    User.objects.filter(username="anna").update(is_active=False)
    assert user_of(text, at=NOW) is None


@pytest.mark.parametrize("kind", ["good", "unknown", "wrong", "revoked", "expired", "inactive"])
def test_every_key_costs_the_same_look_up_and_comparisons(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = a_key(kind)
    compared: list[int] = []

    def counted(left: str, right: str) -> bool:
        compared.append(len(left))
        return hmac.compare_digest(left, right)

    monkeypatch.setattr(keys, "compare_digest", counted)
    with CaptureQueriesContext(connection) as queries:
        assert (user_of(text, at=NOW) is not None) == (kind == "good")
    assert compared == [len(text), 64]
    assert len(queries) == 1


def a_key(kind: str) -> str:
    """A key of that kind, as its owner or a thief would send it."""
    anna = user("anna", "customer")
    text = key_of(anna)
    if kind == "expired":
        Key.objects.update(expires=NOW)
    elif kind == "revoked":
        revoke_key(anna, text[4:12], Act(anna, NOW))
    elif kind == "unknown":
        Key.objects.all().delete()
    elif kind == "wrong":
        Key.objects.update(digest="0" * 64)
    elif kind == "inactive":
        User.objects.update(is_active=False)
    return text


def test_a_user_has_so_many_keys_that_hold_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_KEYS", 3)
    anna, berta = user("anna", "customer"), user("berta", "customer")
    key_of(anna)
    Key.objects.update(expires=NOW)  # does not hold any more
    first, second, _ = (key_of(anna) for _ in range(3))
    before = counts()
    with pytest.raises(ConflictError, match="3 keys"):
        key_of(anna)
    assert counts() == before
    key_of(berta)
    replacement = key_of(anna, replaces=first[4:12])
    with pytest.raises(ConflictError):
        key_of(anna, replaces=second[4:12])  # both of the pair hold for a while
    for text in (first, replacement):
        revoke_key(anna, text[4:12], Act(anna, NOW))
    key_of(anna)


def test_what_is_done_to_users_and_keys_is_audited() -> None:
    anna = user("anna", "customer")
    text = key_of(anna)
    revoke_key(anna, text[4:12], Act(anna, NOW))
    rows = Audit.objects.order_by("id").values_list("action", "object_id", "user__username")
    assert list(rows) == [
        ("user.create", "anna", "local"),
        ("key.create", text[4:12], "anna"),
        ("key.revoke", text[4:12], "anna"),
    ]
    assert text not in str(Audit.objects.values())


def test_a_customer_has_an_account_of_their_own_and_others_the_operators() -> None:
    accounts = [user(name, name).account.slug for name in ("customer", "executor", "operator", "admin")]
    assert accounts == ["customer", "local", "local", "local"]
    assert user("anna", "customer", account="customer").account.users.count() == 2


@pytest.mark.parametrize("name", ["", "Anna", "an na", "-anna", "a" * 65, "local", "\u00e4"])
def test_a_name_that_is_none_or_is_taken_is_refused(name: str) -> None:
    with pytest.raises(BadNameError):
        user(name, "customer")
    assert User.objects.count() == 1


def test_an_executor_belongs_to_fleets_that_exist() -> None:
    assert user("eva", "executor", fleets=["default"]).fleets.get().slug == "default"
    with pytest.raises(UnknownFleetError):
        user("emil", "executor", fleets=["nowhere"])
    with pytest.raises(UnknownUserError):
        find_user("emil")
