"""What tasks use is told by their signatures: in the order sent, and for as long as there are such tasks."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.application.access.visibility import visible_resources, visible_tasks
from satselect.application.errors import ConflictError
from satselect.application.fleets.supplies import remove_resource
from satselect.application.maintenance.prune import prune
from satselect.application.tasks.change import Report, cancel
from satselect.application.tasks.edit import edit
from satselect.store.models import Account, Fleet, Resource, Signature, Supply, Task, User
from satselect.store.queries.uses import resources_used, tell_uses, uses_of
from tests.application.buffers import NOW, buffer, run, task
from tests.application.constellations import act

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


def report() -> Report:
    return Report(User.objects.get(username="local"), NOW)


def uses(name: str) -> list[tuple[str, int]]:
    id = Task.objects.get(name=name).id
    return list(uses_of([id])[id].items())


def supply(name: str) -> Supply:
    return Supply.objects.select_related("resource", "satellite").get(resource__name=name)


def test_tasks_of_one_signature_keep_the_order_of_each() -> None:
    sent = {"-".join(names): names for names in permutations(["a", "b", "c"])}
    buffer(*(task(name, *names) for name, names in sent.items()))
    buffer(*(task(f"{name} again", *names) for name, names in sent.items()))
    tasks = list(Task.objects.all())
    tell_uses(tasks)
    assert [tuple(each.uses) for each in tasks] == [sent[each.name.split()[0]] for each in tasks]
    assert Signature.objects.count() == 1
    assert Task.objects.filter(resource_order=None).count() == 2


def test_a_thousand_resources_keep_their_order() -> None:
    names = [f"r{37 * n % 1000}" for n in range(1000)]
    buffer(task("first", *sorted(names)), task("wide", *names))
    assert [name for name, _ in uses("wide")] == names


def test_an_edit_changes_order_and_amounts_only_where_it_says_so() -> None:
    buffer(task("x", "a", "b", "c"))
    for name in "abc":
        Supply.objects.filter(resource__name=name).update(capacity=5)
    edit(Task.objects.get(), {"resources": {"c": 2, "a": 1}}, report())
    assert uses("x") == [("c", 2), ("a", 1)]
    edit(Task.objects.get(), {"profit": 7}, report())
    assert uses("x") == [("c", 2), ("a", 1)]
    edit(Task.objects.get(), {"satellites": ["default"]}, report())
    assert uses("x") == [("c", 2), ("a", 1)]
    edit(Task.objects.get(), {"resources": {"a": 1, "c": 2}}, report())
    assert uses("x") == [("a", 1), ("c", 2)]


def test_a_resource_stays_as_long_as_a_task_names_it_whatever_became_of_that() -> None:
    buffer(task("x", "camera", "disk"), task("y", "disk"))
    for each in Task.objects.all():
        cancel(each, report())
    with pytest.raises(ConflictError, match="'camera' is in use"):
        remove_resource(supply("camera"), act())
    assert Resource.objects.filter(name="camera").exists()
    buffer(task("z", "antenna"))
    run()  # the batch is considered, so its tasks may be pruned
    prune(NOW + DAY, act())
    remove_resource(supply("camera"), act())
    assert not Resource.objects.filter(name="camera").exists()


def test_what_an_edit_took_out_of_a_task_may_go() -> None:
    buffer(task("x", "camera", "disk"))
    edit(Task.objects.get(), {"resources": {"disk": 1}}, report())
    remove_resource(supply("camera"), act())
    assert uses("x") == [("disk", 1)]


def test_customers_see_the_resources_of_their_own_tasks() -> None:
    buffer(task("x", "camera", "disk"), task("y", "antenna"))
    Resource.objects.filter(name="antenna").update(is_declared=True)
    mine = User.objects.create(username="kim", role="customer", account=Account.objects.get())
    other = User.objects.create(
        username="bo", role="customer", account=Account.objects.create(slug="other", name="Other")
    )
    seen = {
        user.username: set(visible_resources(user, Fleet.objects.get()).values_list("name", flat=True))
        for user in (mine, other)
    }
    assert seen == {"kim": {"camera", "disk", "antenna"}, "bo": {"antenna"}}
    some = Resource.objects.filter(id__in=resources_used(visible_tasks(mine).filter(name="x")))
    assert set(some.values_list("name", flat=True)) == {"camera", "disk"}


def test_it_takes_two_queries_however_many_tasks() -> None:
    buffer(*(task(f"t{n}", *(f"r{(n + k) % 40}" for k in range(n % 5))) for n in range(60)))
    tasks = list(Task.objects.all())
    for some in (tasks[:1], tasks[1:2], tasks):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            tell_uses(some)
        assert len(queries) <= 2
