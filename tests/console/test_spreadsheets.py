import csv
import io
from datetime import datetime

import pytest
from django.test import Client

from satselect.console.exports import as_csv
from satselect.store.models import Task
from tests.console.plans import make_orbit, make_planned


def file_of(cell: str) -> str:
    return as_csv([{"name": cell, "n": 1}], ["name", "n"], name="x").content.decode()


def cell_of(cell: str) -> str:
    *_, (shown, _) = csv.reader(io.StringIO(file_of(cell)))
    return shown


FORMULA = "1+1|' /C calc'!A0"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\u2212"])
@pytest.mark.parametrize("before", ["", " ", "   ", "\u00a0", "\u3000", "\t", "\r", "\n", "\ufeff", "\u200b", " \t "])
def test_what_a_spreadsheet_would_run_is_text(first: str, before: str) -> None:
    cell = f"{before}{first}{FORMULA}"
    assert cell_of(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["\tx", "\rx", "\nx"])
def test_what_could_end_a_cell_is_text(cell: str) -> None:
    assert cell_of(cell) == f"'{cell}"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_no_other_separator_makes_a_cell_of_its_own(separator: str) -> None:
    cell = f"a{separator}={FORMULA}"
    assert file_of(cell).splitlines()[1].startswith('"')
    rows = list(csv.reader(io.StringIO(file_of(cell)), delimiter=separator))
    assert rows[1][0].startswith("a")
    assert not any(part.lstrip().startswith("=") for part in rows[1])


@pytest.mark.parametrize("cell", ["image", "a=b", "a - b", "", "1", "camera; disk", "\u00e9", "(x)"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert cell_of(cell) == cell


def test_numbers_stay_numbers() -> None:
    text = as_csv([{"profit": -1.5, "n": -3}], ["profit", "n"], name="x").content.decode()
    assert text.splitlines()[1] == "-1.5,-3"


@pytest.mark.usefixtures("database")
def test_a_timeline_as_a_file_says_when_each_task_is_planned() -> None:
    orbit = make_planned(make_orbit())
    Task.objects.filter(name="holder").update(reference="order 7")
    times = {name: (orbit.planned(name).starts, orbit.planned(name).ends) for name in ("holder", "beside", "other")}
    text = Client().get("/fleets/orbit/timeline.csv").content.decode()
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {name: rows[name]["reference"] for name in times} == {"holder": "order 7", "beside": "", "other": ""}
    assert {
        name: tuple(datetime.fromisoformat(rows[name][column]) for column in ("starts", "ends")) for name in times
    } == times
    groups = Client().get("/fleets/orbit/plan.json").json()
    drawn = {one["name"]: (one["start"], one["end"]) for some in groups.values() for one in some}
    assert {name: drawn[name] for name in times} == {
        name: tuple(round(at.timestamp() * 1000) for at in span if at) for name, span in times.items()
    }
