"""Tasks from files, and what the form says of faults."""

import json
from collections.abc import Callable
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from satselect.console.files import read_file
from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.faults import InputError
from satselect.store.models import Fleet, Iteration, Resource, Satellite, Supply, Task
from tests.console.worlds import World

TABLE = """name, resources, profit, satellites, deadline
dawn,camera; disk = 2,7.5,,2036-01-31T12:00:00Z
"dusk, late",,0,,
"""


def sent(name: str, content: bytes) -> dict[str, object]:
    return {"way": "json", "document": "", "file": SimpleUploadedFile(name, content)}


def test_a_table_is_read_as_the_form_is() -> None:
    dawn, dusk = read_file("tasks.CSV", TABLE.encode("utf-8-sig"), Limits())
    assert (dawn.resources, dawn.profit, dawn.satellites) == ({"camera": 1, "disk": 2}, 7.5, None)
    assert dawn.deadline is not None
    assert (dusk.name, dusk.resources, dusk.deadline) == ("dusk, late", {}, None)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("name,profit,colour\na,1,red\n", "no column is called 'colour'"),
        ("name\na\n", "the column 'profit' is missing"),
        ("name,profit\na,1,2\n", "more cells than there are columns"),
        ("name,profit\na,many\n", "must be a number"),
        ("", "the column 'name' is missing"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(table: str, fault: str) -> None:
    with pytest.raises(InputError) as error:
        read_file("tasks.csv", table.encode(), Limits())
    assert any(fault in one.detail for one in error.value.faults)


@given(st.binary(max_size=300))
def test_any_file_is_tasks_or_a_fault(content: bytes) -> None:
    for name in ("a.csv", "a.json"):
        try:
            assert isinstance(read_file(name, content, Limits()), list)
        except InputError as error:
            assert error.faults  # noqa: PT017 - it is one or the other


def test_a_file_is_submitted(world: World, as_: Callable[[str], Client]) -> None:
    table = b"name,resources,profit\nfrom a table,camera,99\n"
    answer = as_("anna").post("/fleets/default/submit", sent("t.csv", table))
    assert answer["Location"].endswith(str(Iteration.objects.order_by("-version")[0].id))
    document = json.dumps([{"name": "from json", "resources": [], "profit": 1}]).encode()
    assert as_("anna").post("/fleets/default/submit", sent("t.json", document)).status_code == 302
    assert Task.objects.filter(name__startswith="from ").count() == 2


def test_a_fault_names_what_it_is_about(world: World, as_: Callable[[str], Client]) -> None:
    Fleet.objects.update(is_open=False)  # an open one makes what it is asked for
    document = '[{"name": "a", "resources": ["camera", "drill"], "profit": 1}]'
    page = as_("olga").post("/fleets/default/submit", {"way": "json", "document": document})
    made = {"name": "a", "resources": "camera, drill", "profit": "1"}
    form = as_("olga").post("/fleets/default/submit", made)
    assert b"drill: " in page.content
    assert b"drill: " in form.content
    night = f"/tasks/{world.task('night').id}"
    edited = as_("olga").post(f"{night}/edit", made | {"name": "night", "max_attempts": "1"})
    assert b"drill: " in edited.content


def test_a_deadline_may_be_so_far_away(world: World, as_: Callable[[str], Client]) -> None:
    fields = {"name": "soon", "profit": "1", "soon": "6 h"}
    as_("anna").post("/fleets/default/submit", fields)
    task = Task.objects.get(name="soon")
    assert task.deadline is not None
    assert 5.9 * 3600 < (task.deadline - task.created).total_seconds() < 6.1 * 3600
    as_("anna").post("/fleets/default/submit", fields | {"name": "then", "deadline": "2036-01-31T12:00"})
    assert Task.objects.get(name="then").deadline.year == 2036  # type: ignore[union-attr]


def test_another_like_it(world: World, as_: Callable[[str], Client]) -> None:
    page = as_("anna").get(f"/fleets/default/submit?clone={world.task('coast').id}").content.decode()
    assert 'value="coast"' in page
    assert "c-1" not in page  # its own id is its own
    assert (
        'value="late"' not in as_("anna").get(f"/fleets/default/submit?clone={world.task('late').id}").content.decode()
    )


def test_satellites_are_shown_and_edited(world: World, as_: Callable[[str], Client]) -> None:
    night, anna = world.task("night"), as_("anna")
    satellite = night.fleet.satellites.get().slug
    page = anna.get(f"/tasks/{night.id}").content.decode()
    assert "<dt>Satellites</dt><dd>any</dd>" in page
    fields = {"name": "night", "resources": "camera", "profit": "2", "max_attempts": "1", "satellites": satellite}
    anna.post(f"/tasks/{night.id}/edit", fields)
    assert world.task("night").satellites == [satellite]
    anna.post(f"/tasks/{night.id}/edit", fields | {"satellites": ""})
    assert world.task("night").satellites is None


@pytest.mark.parametrize("resources", [("radar",), ("camera", "memory of the left wing")])
def test_what_stands_in_the_field_can_be_submitted(
    world: World, as_: Callable[[str], Client], resources: tuple[str, ...]
) -> None:
    fleet = Fleet.objects.create(slug="small", name="Small")
    satellite = Satellite.objects.create(fleet=fleet, slug="one", name="One")
    for name in resources:
        Supply.objects.create(resource=Resource.objects.create(fleet=fleet, name=name), satellite=satellite, capacity=1)
    olga = as_("olga")
    page = olga.get("/fleets/small/submit").content.decode()
    document = unescape(page.split('id="document"')[1].split(">", 1)[1].split("</textarea>")[0])
    assert json.loads(document)
    assert olga.post("/fleets/small/submit", {"way": "json", "document": document}).status_code == 302
    assert Task.objects.filter(fleet=fleet).count() == len(json.loads(document))
