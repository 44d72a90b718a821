"""kill -9 while a search is worked off: it is taken up again once the claim is over, and ends once."""

import signal
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from satselect.application.failpoints import Point
from satselect.application.ordering.searches.working import CLAIMED
from satselect.store.models import OpportunitySearch
from tests.faults import Installation
from tests.stapi.worlds import link_of, offer, over, search

DATABASES = ["postgresql"]


@pytest.mark.parametrize("point", [Point.AFTER_SEARCH_CLAIM, Point.BEFORE_SEARCH_COMMIT])
@pytest.mark.parametrize("has_workers", [False, True])
def test_a_search_that_was_begun_and_lost_is_taken_up_again(
    installation: Installation, point: Point, has_workers: bool, tmp_path: Path
) -> None:
    later = tmp_path / "clock"
    later.write_text(str((CLAIMED + timedelta(seconds=5)).total_seconds()))
    if not has_workers:
        installation.bus = ""
    if has_workers:
        address, _ = installation.service()
        process = installation.worker(FAULT_POINT=point)
    else:
        address, process = installation.service(FAULT_POINT=point)
    with httpx.Client(base_url=address, timeout=60) as client:
        offer(client)
        asked = search(client)
        assert asked.status_code == 201, asked.text
        assert process.wait(timeout=60) == -signal.SIGKILL
    row = OpportunitySearch.objects.get()
    assert (row.state, row.attempts, row.found) == ("in_progress", 1, None)
    if has_workers:
        installation.worker(FAULT_CLOCK=str(later))
    else:
        address, _ = installation.service(FAULT_CLOCK=str(later))
    with httpx.Client(base_url=address, timeout=60) as client:
        where = httpx.URL(asked.headers["Location"]).path
        record = over(client, httpx.Response(201, headers={"Location": where}))
        assert record["status"]["status_code"] == "completed"
        collection = client.get(httpx.URL(link_of(record, "opportunities")).path).json()
    assert len(collection["features"]) == 1
    assert OpportunitySearch.objects.get().attempts == 2
