"""Buffered tasks, as the indexes of the buffer find them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from satselect.console.reading.sorts import PAGE, PROFIT, SORTS, read_page
from satselect.scheduling.visible import OPERATORS, visible_tasks
from satselect.schemas.labels import folded
from satselect.schemas.tasks import Status
from satselect.store.buffered import is_buffered
from satselect.store.models import Fleet, Resource, Role, Task, User
from satselect.store.naming import tasks_named
from satselect.store.using import Place, tasks_using


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
    tasks = Task.objects.filter(is_buffered(), fleet=fleet)
    if user.role in OPERATORS:
        return tasks
    return tasks.filter(account=user.account_id) if user.role == Role.CUSTOMER else tasks.none()


def read_buffered(user: User, fleet: Fleet, wanted: Wanted) -> tuple[Sequence[Task], str | None]:
    """A page of the buffer, with the resources that the tasks use, and where the next page starts."""
    found = _named(user, fleet, wanted.name) if wanted.name else buffered_tasks(user, fleet)
    tasks = found.prefetch_related("uses__resource")
    if wanted.resource:
        return _using(tasks, fleet, wanted)
    if wanted.sort == "deadline":
        tasks = tasks.filter(deadline__isnull=False)
    return read_page(SORTS[wanted.sort], tasks, wanted.after)


def _named(user: User, fleet: Fleet, name: str) -> QuerySet[Task]:
    wanted = {"status": Status.BUFFERED, "fleet": fleet.id}
    if user.role not in OPERATORS:
        wanted["account"] = user.account_id
    return tasks_named(visible_tasks(user), "name", name, **wanted)


def _using(tasks: QuerySet[Task], fleet: Fleet, wanted: Wanted) -> tuple[Sequence[Task], str | None]:
    same = Resource.objects.filter(fleet=fleet, name__in=(wanted.resource, folded(wanted.resource)))
    ids = dict(same.values_list("name", "id"))
    resource_id = ids.get(wanted.resource) or ids.get(folded(wanted.resource))
    if resource_id is None:
        return [], None
    after, is_ageing = _place(wanted.after), fleet.ageing_per_hour > 0
    found = tasks_using(fleet.id, resource_id, after=after, limit=PAGE + 1, is_ageing=is_ageing)
    page = sorted(tasks.filter(id__in=found[:PAGE]), key=lambda task: found.index(task.id))
    return page, PROFIT.cursor(page[-1]) if len(found) > PAGE and page else None


def _place(cursor: str) -> Place | None:
    values = PROFIT.values(cursor)
    return Place(-values[0], values[1], values[2]) if values else None
