"""Tasks are found by how their names begin: in every database the same."""

import pytest

from satselect.store.models import Task
from satselect.store.queries.tasks.tasks_by_name import ids_beginning
from tests.application.buffers import buffer, task
from tests.databases import Database

NAMES = [
    "ab",
    "abc",
    "ab-c",
    "AB",
    "a b",
    "abé",
    "ab%",
    "ab_",
    "ab\ud7ff",
    "ab\uffff",
    "ab\U0010ffff",
    "ac",
    "b",
    "é",
    "\U0001f6f01",
    "\U0010ffff\U0010ffff",
]


@pytest.mark.parametrize(
    "beginning", ["a", "ab", "ab%", "é", "\ud7ff", "ab\U0010fffe", "ab\U0010ffff", "\U0010ffff", "\U0001f6f0", "zz"]
)
def test_as_written_letter_for_letter(database: Database, beginning: str) -> None:
    buffer(*[task(name) for name in NAMES])
    found = Task.objects.in_bulk(ids_beginning(beginning, limit=100))
    assert sorted(one.name for one in found.values()) == sorted(name for name in NAMES if name.startswith(beginning))


def test_no_more_than_asked_for_the_first_by_name(database: Database) -> None:
    buffer(*[task(name) for name in ("a3", "a1", "a2")])
    first = Task.objects.in_bulk(ids_beginning("a", limit=2))
    assert sorted(one.name for one in first.values()) == ["a1", "a2"]
