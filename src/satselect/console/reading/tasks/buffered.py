"""Buffered tasks, as the indexes of the buffer find them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from satselect.application.access.rights import sees_all
from satselect.application.access.visibility import visible_tasks
from satselect.console.reading.tasks.sorts import PAGE, PROFIT, SORTS, read_page
from satselect.schemas.fields.folding import folded
from satselect.schemas.tasks import Status
from satselect.store.models import Fleet, Resource, Task, User
from satselect.store.queries.buffer.buffered import is_buffered
from satselect.store.queries.buffer.tasks_by_resource import Place, tasks_using
from satselect.store.queries.tasks.tasks_by_name import tasks_named
from satselect.store.queries.uses import tell_uses


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of a buffer: in which order, of which name, using which resource, after which task."""

    sort: str
    name: str = ""
    resource: str = ""
    after: str = ""

    def address(self) -> dict[str, str]:
        """The same as parameters of an address, without where it starts."""
        given = {"sort": self.sort, "name": self.name, "resource": self.resource}
        return {name: value for name, value in given.items() if value}


def buffered_tasks(user: User, fleet: Fleet) -> QuerySet[Task]:
    """The buffered tasks of a fleet that exist for the user."""
    return visible_tasks(user).filter(is_buffered(), fleet=fleet)


def read_buffered(user: User, fleet: Fleet, wanted: Wanted) -> tuple[Sequence[Task], str | None]:
    """A page of the buffer, with the resources that the tasks use, and where the next page starts."""
    found = _named(user, fleet, wanted.name) if wanted.name else buffered_tasks(user, fleet)
    if wanted.resource:
        page, following = _using(found, fleet, wanted)
    else:
        tasks = found.filter(deadline__isnull=False) if wanted.sort == "deadline" else found
        page, following = read_page(SORTS[wanted.sort], tasks, wanted.after)
    tell_uses(page)
    return page, following


def _named(user: User, fleet: Fleet, name: str) -> QuerySet[Task]:
    wanted = {"status": Status.BUFFERED, "fleet": fleet.id}
    if not sees_all(user):
        wanted["account"] = user.account_id
    return tasks_named(visible_tasks(user), "name", name, **wanted)


def _using(tasks: QuerySet[Task], fleet: Fleet, wanted: Wanted) -> tuple[Sequence[Task], str | None]:
    same = Resource.objects.filter(fleet=fleet, name__in=(wanted.resource, folded(wanted.resource)))
    ids = dict(same.values_list("name", "id"))
    resource_id = ids.get(wanted.resource) or ids.get(folded(wanted.resource))
    if resource_id is None:
        return [], None
    if wanted.name:
        # Along the names: none of the next tasks by profit that use it may have this one.
        return read_page(PROFIT, tasks.filter(signature__amounts__has_key=str(resource_id)), wanted.after)
    after, is_ageing = _place(wanted.after), fleet.ageing_per_hour > 0
    found = tasks_using(fleet.id, resource_id, after=after, limit=PAGE + 1, is_ageing=is_ageing)
    page = sorted(tasks.filter(id__in=found[:PAGE]), key=lambda task: found.index(task.id))
    return page, PROFIT.cursor(page[-1]) if len(found) > PAGE and page else None


def _place(cursor: str) -> Place | None:
    values = PROFIT.values(cursor)
    return Place(-values[0], values[1], values[2]) if values else None
