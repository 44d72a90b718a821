"""`Client.webhooks`: addresses that are told of changes, and what became of each delivery."""

from collections.abc import Iterator, Mapping, Sequence

from satselect.client.answers import Answer, read_shape
from satselect.client.reading import Id, get, pages, part, with_tag
from satselect.client.transport import Transport
from satselect.schemas.webhooks import (
    DeliveryAnswer,
    DeliveryPage,
    DeliveryStatus,
    MadeWebhookAnswer,
    TrialAnswer,
    WebhookAnswer,
    WebhookList,
)

_DAY_S = 86_400


class Webhooks:
    """The webhooks of the user whose key the client has.

    What makes a secret is sent again only if the service did not take it: an answer that is lost takes the secret with
    it, and rotating makes another.

    Raises:
        ClientError: every method, as `satselect.client.errors` says.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def make(self, address: str, name: str | None = None) -> MadeWebhookAnswer:
        """A new webhook, with its secret, which no other answer shows."""
        document = {"address": address} | ({} if name is None else {"name": name})
        answer = self._transport.call("POST", "webhooks", document=document, is_repeatable=False)
        return read_shape(MadeWebhookAnswer, answer)

    def all(self) -> Sequence[WebhookAnswer]:
        """All of them, newest first."""
        return get(self._transport, WebhookList, "webhooks").items

    def get(self, webhook: Id) -> WebhookAnswer:
        """One as it is."""
        return get(self._transport, WebhookAnswer, _path(webhook))

    def edit(self, webhook: Id, changes: Mapping[str, object], *, if_match: str | None = None) -> WebhookAnswer:
        """The webhook with another `address` or `name`, or switched on or off (`is_enabled`).

        Args:
            webhook: which one.
            changes: the fields, named as in its JSON.
            if_match: the `etag` of the webhook as it was seen: if it changed since, this raises ChangedError.
        """
        return read_shape(WebhookAnswer, self._changed("PATCH", _path(webhook), changes, if_match, is_repeatable=True))

    def rotate_secret(self, webhook: Id, *, overlap_s: int = _DAY_S, if_match: str | None = None) -> MadeWebhookAnswer:
        """The webhook with a new secret; the old one signs beside it for so long, 0 for one that leaked."""
        path, document = f"{_path(webhook)}/secret", {"overlap_s": overlap_s}
        return read_shape(MadeWebhookAnswer, self._changed("POST", path, document, if_match, is_repeatable=False))

    def test(self, webhook: Id) -> TrialAnswer:
        """What a message of the type `webhook.test`, sent now, was answered: it was taken if there is no `error`."""
        answer = self._transport.call("POST", f"{_path(webhook)}/test", is_repeatable=False)
        return read_shape(TrialAnswer, answer)

    def deliveries(
        self, webhook: Id, *, status: DeliveryStatus | Sequence[DeliveryStatus] = ()
    ) -> Iterator[DeliveryAnswer]:
        """What was or will be sent to it, of that status or any of several, newest first, read page by page."""
        statuses = [status] if isinstance(status, str) else status
        given = [("status", str(each)) for each in statuses]
        yield from pages(self._transport, DeliveryPage, f"{_path(webhook)}/deliveries", given)

    def delete(self, webhook: Id, *, if_match: str | None = None) -> None:
        """Takes it away, with its deliveries."""
        self._changed("DELETE", _path(webhook), None, if_match, is_repeatable=False)

    def _changed(
        self, method: str, path: str, document: Mapping[str, object] | None, tag: str | None, *, is_repeatable: bool
    ) -> Answer:
        # With a tag, a second one would find what the first one made.
        is_safe = is_repeatable and not tag
        return self._transport.call(method, path, document=document, headers=with_tag(tag), is_repeatable=is_safe)


def _path(webhook: Id) -> str:
    return f"webhooks/{part(webhook)}"
