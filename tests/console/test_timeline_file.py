"""The timeline as a file."""

import csv
import io

from django.test import Client

from satselect.exports.times import rfc_3339
from satselect.store.models import Assignment, Task
from tests.console.plans import make_orbit, make_planned

DATABASES = ["sqlite"]


def test_it_tells_references_and_planned_times(database: object) -> None:
    orbit = make_planned(make_orbit())
    planned = Assignment.objects.filter(is_live=True, task__fleet=orbit.fleet, starts__isnull=False)[0]
    Task.objects.filter(id=planned.task_id).update(reference="their-7")
    answer = Client(headers={"Accept": "text/html"}).get("/fleets/orbit/timeline.csv")
    rows = [row for row in csv.DictReader(io.StringIO(answer.content.decode())) if row["task"] == str(planned.task_id)]
    assert planned.starts is not None
    assert planned.ends is not None
    assert rows[-1]["reference"] == "their-7"
    assert (rows[-1]["starts"], rows[-1]["ends"]) == (rfc_3339(planned.starts), rfc_3339(planned.ends))
