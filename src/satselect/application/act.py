"""The user and the time of a change: the one value that every change is handed."""

from dataclasses import dataclass
from datetime import datetime

from satselect.application.conditions import Condition, always
from satselect.store.models import User


@dataclass(frozen=True, slots=True)
class Act:
    """The user that changes something, and when.

    Attributes:
        condition: what must be so when it is changed.
    """

    by: User
    at: datetime
    condition: Condition = always
