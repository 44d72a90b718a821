"""Arrays are read as what they were written of."""

import math
from collections.abc import Sequence
from enum import IntEnum

import pytest
from django.db import connection

from satselect.store.models import Batch
from satselect.store.sql.arrays import array_text
from satselect.store.sql.statements import ask
from tests.store.test_bulk_insert import AWKWARD

DATABASES = ["postgresql"]

pytestmark = pytest.mark.usefixtures("database")


class Number(IntEnum):
    TWO = 2


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", [*AWKWARD, None, "null", " ", ",", "}{", '\\"', "\x01\x7f"]),
        ("text", [Batch.State.DEAD, None]),
        ("bigint", [0, -1, 2**63 - 1, -(2**63)]),
        ("bigint", [1, None, Number.TWO]),
        ("double precision", [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 3]),
        ("double precision", [0.1 + 0.2, None]),
        ("boolean", [True, False, None]),
        ("bigint", []),
        ("uuid", [None]),
    ],
)
def test_values_come_back_as_they_were_given(kind: str, values: Sequence[object]) -> None:
    statement = f"SELECT * FROM unnest(%s::{kind}[])"  # noqa: S608 - of this file
    assert ask(statement, array_text(values)) == [(value,) for value in values]


def test_a_number_that_is_none_comes_back() -> None:
    ((found,),) = ask("SELECT * FROM unnest(%s::double precision[])", array_text([math.nan]))
    assert math.isnan(found)


def test_of_small_and_large_numbers_and_of_nothing_there_is_one_prepared_statement() -> None:
    ask("SELECT 1")
    connection.connection.execute("DEALLOCATE ALL")
    for values in ([1], [2**40], [None], [1, None], [2]) * 3:
        ask("SELECT * FROM unnest(%s::bigint[])", array_text(values))
    ((count,),) = connection.connection.execute(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%unnest%'"
    ).fetchall()
    assert count == 1


def test_what_no_column_has_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        array_text([b"a"])
