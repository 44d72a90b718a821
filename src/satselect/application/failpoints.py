"""The points at which a process may die and nothing may be lost: tests kill it there.

In production reaching one costs a comparison.
"""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Each is reached by the code that does what it is named after."""

    BEFORE_SUBMISSION_COMMIT = "before-submission-commit"
    AFTER_SUBMISSION_COMMIT = "after-submission-commit"
    BEFORE_PUBLISH = "before-publish"
    AFTER_PUBLISH = "after-publish"
    BEFORE_COUNT_COMMIT = "before-count-commit"
    AFTER_COUNT_COMMIT = "after-count-commit"
    AFTER_TAKING = "after-taking"
    AFTER_CLAIM = "after-claim"
    BEFORE_PASSES_COMMIT = "before-passes-commit"
    AFTER_PASSES_COMMIT = "after-passes-commit"
    BEFORE_OPPORTUNITIES_COMMIT = "before-opportunities-commit"
    AFTER_OPPORTUNITIES_COMMIT = "after-opportunities-commit"
    BEFORE_SELECTION = "before-selection"
    AFTER_SELECTION = "after-selection"
    BEFORE_ITERATION_COMMIT = "before-iteration-commit"
    AFTER_ITERATION_COMMIT = "after-iteration-commit"
    BEFORE_BURIAL_COMMIT = "before-burial-commit"
    AFTER_BURIAL_COMMIT = "after-burial-commit"
    BEFORE_ANNOUNCEMENT = "before-announcement"
    BEFORE_ACKNOWLEDGE = "before-acknowledge"
    AFTER_ACKNOWLEDGE = "after-acknowledge"
    BEFORE_CHANGE_COMMIT = "before-change-commit"
    AFTER_CHANGE_COMMIT = "after-change-commit"
    AFTER_SEARCH_CLAIM = "after-search-claim"
    BEFORE_SEARCH_COMMIT = "before-search-commit"


Watcher = Callable[[Point], None]

_watcher: Watcher | None = None


def reach(point: Point) -> None:
    """Nothing, unless somebody watches."""
    if _watcher is not None:
        _watcher(point)


def watch(watcher: Watcher | None) -> None:
    """From now on it is called at each point; None ends that."""
    global _watcher
    _watcher = watcher
