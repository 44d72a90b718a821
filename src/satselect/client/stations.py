"""The stations of a fleet, from Python."""

from collections.abc import Iterator, Mapping, Sequence

from satselect.client.answers import read_shape
from satselect.client.reading import Id, get, pages, part, with_tag
from satselect.client.transport import Transport
from satselect.schemas.planning.passes import PassAnswer, PassPage
from satselect.schemas.planning.stations import NewStation, StationAnswer, StationList


class Stations:
    """The stations of a fleet, and the passes of its satellites.

    Raises:
        ClientError: every method, as `satselect.client.errors` says.
    """

    def __init__(self, transport: Transport, fleet: str) -> None:
        self._transport = transport
        self._fleet = f"fleets/{part(fleet)}"

    def all(self) -> Sequence[StationAnswer]:
        """All of them, by the word that addresses use."""
        return get(self._transport, StationList, f"{self._fleet}/stations").items

    def get(self, station: str) -> StationAnswer:
        """One as it is: where it is, up to when its passes are known, and of which satellites they are not."""
        return get(self._transport, StationAnswer, self._path(station))

    def put(
        self, station: str, sent: NewStation | Mapping[str, object], *, if_match: str | None = None
    ) -> StationAnswer:
        """The station, which the fleet has from now on; its passes are worked out anew if it is not so already.

        Args:
            station: the word that addresses use.
            sent: where it is and what it hears; fields are named as in its JSON, and what is missing is as usual.
            if_match: the `etag` of the station as it was seen: if it changed since, this raises ChangedError.
        """
        document = sent.model_dump(mode="json", exclude_unset=True) if isinstance(sent, NewStation) else dict(sent)
        # With a tag, a second one would find what the first one made.
        answer = self._transport.call(
            "PUT", self._path(station), document=document, headers=with_tag(if_match), is_repeatable=not if_match
        )
        return read_shape(StationAnswer, answer)

    def delete(self, station: str, *, if_match: str | None = None) -> None:
        """Takes it away, and the passes over it that were worked out and have not begun."""
        # A second one would find none, and be told so as if the first had failed.
        self._transport.call("DELETE", self._path(station), headers=with_tag(if_match), is_repeatable=False)

    def passes(self) -> Iterator[PassAnswer]:
        """The passes of the fleet, worked out or given, those added last first, read page by page."""
        yield from pages(self._transport, PassPage, f"{self._fleet}/passes", [])

    def _path(self, station: Id) -> str:
        return f"{self._fleet}/stations/{part(station)}"
