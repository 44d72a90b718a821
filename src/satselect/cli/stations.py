"""`satselect stations`: the stations of a fleet at a running service."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from satselect.cli.asking import WRONG_INPUT, ask, fail
from satselect.cli.inputs.documents import as_json
from satselect.cli.inputs.files import LIMITS, bytes_in, lines_about
from satselect.cli.terminal.tables import number, table
from satselect.schemas.planning.stations import NEW_STATION, NewStation, StationAnswer
from satselect.schemas.reading.faults import InputError
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.reading.validation import validate

if TYPE_CHECKING:
    from satselect.client.stations import Stations

_NONE = "-"


def run(given: argparse.Namespace) -> int:
    """Does what is asked with stations. Gives the exit code."""
    if given.action != "put":
        return _asked(given, _list if given.action == "list" else _remove)
    try:
        # Before the service is asked: what is wrong in a file is told without one.
        sent = validate(NEW_STATION, read_json(bytes_in(given.file), LIMITS))
    except (InputError, OSError) as error:
        return fail(*lines_about(given.file, error), code=WRONG_INPUT)
    return _asked(given, lambda given, stations: _put(given, stations, sent))


def _asked(given: argparse.Namespace, question: Callable[[argparse.Namespace, "Stations"], Iterator[str]]) -> int:
    def put(url: str, key: str | None) -> None:
        from satselect.client.client import Client

        with Client(url, key) as client:
            print("\n".join(question(given, client.stations(given.fleet))))

    return ask(given, put)


def _list(given: argparse.Namespace, stations: "Stations") -> Iterator[str]:
    rows = stations.all()
    yield from [as_json([row.model_dump(mode="json") for row in rows])] if given.json else _table(rows)


def _put(given: argparse.Namespace, stations: "Stations", sent: NewStation) -> Iterator[str]:
    made = stations.put(given.station, sent)
    yield as_json(made.model_dump(mode="json")) if given.json else f"{made.fleet} has {made.station}"


def _remove(given: argparse.Namespace, stations: "Stations") -> Iterator[str]:
    stations.delete(given.station)
    yield as_json({"removed": given.station}) if given.json else f"{given.station} is removed"


def _table(rows: Sequence[StationAnswer]) -> Iterator[str]:
    titles = ["station", "latitude", "longitude", "from elevation", "drains in a second", "known until", "unknown"]
    lines = [
        [
            row.station,
            number(row.latitude),
            number(row.longitude),
            number(row.minimum_elevation),
            ", ".join(f"{number(rate)} {name}" for name, rate in row.drains_per_s.items()) or _NONE,
            row.searched_until.isoformat(timespec="seconds") if row.searched_until else _NONE,
            ", ".join(f"{one.satellite} ({one.reason})" for one in row.unsearched) or _NONE,
        ]
        for row in rows
    ]
    yield from table(titles, lines)
