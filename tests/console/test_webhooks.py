import re
from collections.abc import Callable

from django.test import Client

from satselect.store.models import Audit, Webhook
from tests.console.worlds import World

ADDRESS = "https://hooks.example.org/a"


def test_a_webhook_is_made_changed_given_another_secret_and_taken_away(
    world: World, as_: Callable[[str], Client]
) -> None:
    anna = as_("anna")
    first = secret_in(anna.post("/webhooks", {"address": ADDRESS, "name": "ground"}))
    webhook = Webhook.objects.get()
    path = f"/webhooks/{webhook.id}"
    page = anna.get("/webhooks").content.decode()
    assert ADDRESS in page
    assert first not in page
    assert anna.post(path, {"address": f"{ADDRESS}2", "name": ""}).status_code == 302
    second = secret_in(anna.post(f"{path}/secret", {"overlap": "604800"}))
    webhook.refresh_from_db()
    assert (webhook.address, webhook.name, webhook.secret, webhook.old_secret) == (f"{ADDRESS}2", "", second, first)
    assert "The old secret signs, too, until" in anna.get("/webhooks").content.decode()
    anna.post(f"{path}/secret", {"overlap": "0"})
    anna.post(path, {"enabled": "no"})
    webhook.refresh_from_db()
    assert (webhook.old_secret, webhook.old_secret_until, webhook.disabled is None) == ("", None, False)
    anna.post(f"{path}/delete")
    assert not Webhook.objects.exists()
    told = Audit.objects.filter(action__startswith="webhook").order_by("id").values_list("action", flat=True)
    assert [action.removeprefix("webhook.") for action in told] == [
        *("create", "edit", "rotate", "rotate", "edit", "delete")
    ]


def test_what_is_no_address_is_told(world: World, as_: Callable[[str], Client]) -> None:
    anna = as_("anna")
    for address in ("https://a..b/", "https://10.0.0.1/", "nowhere", ""):
        answer = anna.post("/webhooks", {"address": address})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert not Webhook.objects.exists()


def secret_in(answer: object) -> str:
    found = re.search(r'class="secret">(whsec_[^<]+)<', answer.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]
