"""Who stores what is ordered, and nothing else."""

from satselect.application.dispatch.lane import Settled
from satselect.application.dispatch.settling import SettlesHere
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from tests.application.buffers import NOW
from tests.planners import planner


class StoresOnly(SettlesHere):
    """Leaves pending what is submitted, at a time of the test's own."""

    def __init__(self) -> None:
        super().__init__(planner(5))

    def submit(self, submission: Submission, wait_s: float | None) -> Settled:
        return Settled(submit(submission, at=NOW), None)
