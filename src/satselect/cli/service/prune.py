"""`satselect prune`: delete what is over."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from satselect.cli.service.setup import DONE, WRONG_INPUT, fail, set_up

if TYPE_CHECKING:
    from satselect.application.maintenance.prune import Pruned

_CLEAR = "\x1b[K"  # the rest of the line


def run(given: argparse.Namespace) -> int:
    """Deletes, or counts what there is to delete. Gives the exit code."""
    now = datetime.now(UTC)
    before = given.before or now - timedelta(days=given.days)
    if before > now:
        return fail("what is over can't lie in the future", code=WRONG_INPUT)
    if code := set_up(given.database):
        return code
    pruned = _count(before) if given.dry_run else _delete(before, now)
    if given.json:
        print(json.dumps({"before": before.isoformat(), "is_dry_run": given.dry_run, **asdict(pruned)}))
    else:
        print(
            f"{'there are' if given.dry_run else 'deleted'} {_words(pruned)}, from before {before:%Y-%m-%d %H:%M} UTC"
        )
    return DONE


def _count(before: datetime) -> "Pruned":
    from satselect.application.maintenance.prune import prunable

    return prunable(before)


def _delete(before: datetime, now: datetime) -> "Pruned":
    from satselect.application.access.accounts import find_user
    from satselect.application.act import Act
    from satselect.application.maintenance.prune import prune
    from satselect.store.defaults import LOCAL

    def show(so_far: "Pruned") -> None:
        if sys.stderr.isatty():
            print(f"\rdeleted {_words(so_far)}", end=_CLEAR, file=sys.stderr, flush=True)

    pruned = prune(before, Act(find_user(LOCAL), now), on_progress=show)
    if sys.stderr.isatty():
        print("\r", end=_CLEAR, file=sys.stderr, flush=True)
    return pruned


def _words(pruned: "Pruned") -> str:
    return ", ".join(f"{count} {name}" for name, count in asdict(pruned).items())
