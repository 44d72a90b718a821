"""What would be cut, merged or never met is refused, whichever way it comes."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from satselect.cli.main import main
from satselect.console.forms import rates_in, resources_of
from satselect.schemas.fields.limits import Limits
from satselect.schemas.fleets import NewResource, ResourcePatch
from satselect.schemas.planning.plans import OWNED, PASSES
from satselect.schemas.planning.stations import NEW_STATION
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import read_tasks
from satselect.schemas.transitions import Transition

SPAN = {"satellite": "sat-1", "from": "2026-12-01T00:00:00Z", "until": "2026-12-01T00:10:00Z"}
PLACE = {"latitude": 1, "longitude": 2}
RESOURCE, PATCH = TypeAdapter(NewResource), TypeAdapter(ResourcePatch)

CASES: list[tuple[TypeAdapter[Any], Any, str, str]] = [
    (PASSES, [SPAN | {"drains": {"disk": 1, " disk": 2}}], "/0/drains", "twice"),
    (NEW_STATION, PLACE | {"drains_per_s": {"disk": 1, "disk ": 2}}, "/drains_per_s", "twice"),
    (OWNED, {"sat-1": {"disk": 1, "disk ": 2}}, "/sat-1", "twice"),
    (OWNED, {"sat-1": {"disk": 1}, "sat-1 ": {"disk": 2}}, "", "twice"),
    (OWNED, {"sat-1": {"disk": {"units": 2, "kind": "reservoir", "level": 3}}}, "/sat-1/disk", "above its 2 units"),
    (RESOURCE, {"name": "disk", "capacity": 2, "kind": "reservoir", "level": 3}, "", "above its 2 units"),
    (RESOURCE, {"name": "camera", "transition": {"detail": "mode", "seconds": {}}}, "/transition", "no mode"),
    (PATCH, {"transition": {"detail": "mode", "seconds": {}}}, "/transition", "no mode"),
    (PATCH, {"transition": {"detail": "ro\nll", "rate": 1}}, "/transition/detail", "U+000A"),
    (PATCH, {"transition": {"detail": "x" * 65, "rate": 1}}, "/transition/detail", "64"),
]


@pytest.mark.parametrize(("shape", "sent", "place", "words"), CASES)
def test_it_is_refused_with_its_place(shape: TypeAdapter[Any], sent: object, place: str, words: str) -> None:
    with pytest.raises(InvalidError) as refused:
        validate(shape, read_json(json.dumps(sent).encode(), Limits()))
    (fault,) = refused.value.every
    assert (fault.pointer, words in fault.detail) == (place, True), fault


def test_what_is_kept_is_read_as_it_is() -> None:
    assert Transition.model_validate({"detail": "ro\nll", "rate": 1.0}).detail == "ro\nll"


def test_forms_do_not_merge_what_is_there_twice() -> None:
    with pytest.raises(InvalidError, match="twice"):
        validate(NEW_STATION, PLACE | {"drains_per_s": rates_in("disk = 1, tape = 2, disk = 3")})
    sent = {"name": "a", "profit": 1, "resources": resources_of("disk = 2, disk = 3")}
    with pytest.raises(InvalidError, match="twice"):
        read_tasks(json.dumps([sent]).encode(), Limits())


def test_files_are_told_of_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks, satellites, passes = (tmp_path / f"{name}.json" for name in ("tasks", "satellites", "passes"))
    tasks.write_text(json.dumps([{"name": "a", "profit": 1, "resources": ["disk"], "opportunities": [SPAN]}]))
    satellites.write_text(json.dumps({"sat-1": {"disk": {"units": 2, "kind": "reservoir", "level": 3}}}))
    passes.write_text(json.dumps([SPAN | {"drains": {"disk": 1, "disk ": 2}}]))
    assert main(["plan", str(tasks), "--satellites", str(satellites), "--passes", str(passes)]) == 2
    told = capsys.readouterr().err
    assert "above its 2 units" in told
    assert "twice" in told
