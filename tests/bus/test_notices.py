"""What comes over the bus is read as strictly as what clients send: others may write there."""

import json
from uuid import UUID

import pytest

from satselect.bus.notices import Notice, read_notice
from satselect.schemas.reading.faults import InputError

FULL = {
    "batch": "0190a5b0-0000-7000-8000-000000000001",
    "fleet": "north",
    "fleet_id": 7,
    "partition": 3,
    "seq": 12,
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


def written(**changed: object) -> bytes:
    return json.dumps(FULL | changed).encode()


def test_what_is_written_is_read_again() -> None:
    notice = Notice(batch=UUID(FULL["batch"]), fleet="north", fleet_id=7, partition=3, seq=12)  # type: ignore[arg-type]
    assert read_notice(notice.model_dump_json().encode()) == notice
    assert read_notice(written()).traceparent == FULL["traceparent"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"batch": 1, "batch": 1}',
        json.dumps({name: value for name, value in FULL.items() if name != "seq"}).encode(),
        written(more=1),
        written(batch="1"),
        written(fleet=""),
        written(fleet="no rth"),
        written(fleet_id="7"),
        written(fleet_id=True),
        written(partition=-1),
        written(seq=1.5),
        written(traceparent="x" * 65),
        written(fleet="n" * 5_000),
        b"\xff" + written(),
    ],
)
def test_what_is_no_notice_is_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        read_notice(body)
