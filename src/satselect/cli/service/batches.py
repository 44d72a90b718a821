"""`satselect batches`: see what waits or was given up, and try it again."""

import argparse
import json
from typing import TYPE_CHECKING

from satselect.cli.service.setup import DONE, WRONG_INPUT, fail, set_up
from satselect.cli.terminal.tables import table

if TYPE_CHECKING:
    from satselect.store.models import Batch

_MOST = 100  # lines of a table that somebody reads


def run(given: argparse.Namespace) -> int:
    """Does what is asked with batches. Gives the exit code."""
    if code := set_up(given.database):
        return code
    return _list(given) if given.action == "list" else _requeue(given)


def _list(given: argparse.Namespace) -> int:
    from satselect.store.models import Batch

    some = Batch.objects.filter(state=given.state).select_related("fleet").order_by("fleet", "seq")[:_MOST]
    batches = [_shown(batch) for batch in some]
    if given.json:
        print(json.dumps({"items": batches}))
    else:
        columns = ["id", "fleet", "seq", "status", "attempts", "created"]
        print("\n".join(table(columns, [[str(batch[column]) for column in columns] for batch in batches])))
    return DONE


def _requeue(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from satselect.application.access.accounts import find_user
    from satselect.application.act import Act
    from satselect.application.dispatch.dead_letters import requeue
    from satselect.application.errors import RefusedError
    from satselect.store.defaults import LOCAL
    from satselect.store.models import Batch

    batch = Batch.objects.filter(id=given.batch).first()
    if batch is None:
        return fail(f"there is no batch {given.batch}", code=WRONG_INPUT)
    try:
        requeue(batch, Act(find_user(LOCAL), timezone.now()))
    except RefusedError as error:
        return fail(str(error), code=WRONG_INPUT)
    print(json.dumps({"requeued": str(given.batch)}) if given.json else f"{given.batch} is tried again")
    return DONE


def _shown(batch: "Batch") -> dict[str, str | int]:
    return {
        "id": str(batch.id),
        "fleet": batch.fleet.slug,
        "seq": batch.seq,
        "status": str(batch.state),
        "attempts": batch.attempts,
        "created": batch.created.isoformat(timespec="seconds"),
    }
