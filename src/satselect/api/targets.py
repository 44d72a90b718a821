"""The targets of tasks, as answers tell them."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from satselect.schemas.opportunities import UnsearchedAnswer
from satselect.store.models import Satellite, Target
from satselect.store.sql.chunks import in_parts


def target_facts(task_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What only tasks have that were sent with a target, by their ids."""
    rows = [row for part in in_parts(task_ids) for row in Target.objects.filter(task__in=part)]
    # Keys of JSON are texts.
    ids = {int(id) for row in rows for id in row.searched}
    slugs = dict(Satellite.objects.filter(id__in=ids).values_list("id", "slug"))
    return {row.task_id: _facts(row, slugs) for row in rows}


def _facts(row: Target, slugs: dict[int, str]) -> dict[str, Any]:
    return {
        "target": row.sent,
        "searched_until": row.searched_until,
        "unsearched": list(_unsearched(row, slugs)),
    }


def _unsearched(row: Target, slugs: dict[int, str]) -> Iterator[UnsearchedAnswer]:
    for id, state in sorted(row.searched.items(), key=lambda item: slugs.get(int(item[0]), "")):
        if "reason" in state and int(id) in slugs:
            yield UnsearchedAnswer(satellite=slugs[int(id)], reason=state["reason"], detail=state["detail"])
