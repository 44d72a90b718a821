from datetime import UTC, datetime
from itertools import islice, pairwise

from satselect.store.sql.ids import new_ids

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_ids_are_version_7_and_tell_the_millisecond() -> None:
    for made in islice(new_ids(AT), 100):
        assert (made.version, made.variant) == (7, "specified in RFC 4122")
        assert made.int >> 80 == int(AT.timestamp() * 1000)


def test_ids_of_one_batch_grow() -> None:
    assert all(earlier < later for earlier, later in pairwise(islice(new_ids(AT), 1000)))
