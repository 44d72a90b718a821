"""Who calls, and what they may see. With AUTH=open everyone is the local operator."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader, HttpBearer

from satselect.api.rates import count_call, count_wrong_key
from satselect.scheduling.keys import user_of, visible_part
from satselect.schemas.tasks import Status
from satselect.store.defaults import LOCAL
from satselect.store.models import Batch, Iteration, Role, Task, User

EVERYONE = tuple(Role)
OPERATORS = (Role.OPERATOR, Role.ADMIN)
SUBMITTERS = (Role.CUSTOMER, *OPERATORS)

_EXECUTED = (Status.SCHEDULED, Status.COMPLETED, Status.FAILED)


class Bearer(HttpBearer):
    """`Authorization: Bearer KEY`."""

    def __call__(self, request: HttpRequest) -> User | None:
        """The user, if the key holds."""
        if settings.SATSELECT_AUTH == "open":
            return User.objects.get(username=LOCAL)
        user: User | None = super().__call__(request)
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user, if the key holds."""
        return _user_of(request, token)


class TokenHeader(APIKeyHeader):
    """`authorizationToken: KEY`, as existing clients send it."""

    param_name = "authorizationToken"

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The user, if the key holds."""
        return _user_of(request, key) if key else None


def _user_of(request: HttpRequest, key: str) -> User | None:
    request.key_letters = visible_part(key)  # type: ignore[attr-defined]
    user = user_of(key, at=timezone.now())
    if user is None:
        count_wrong_key(request)
    else:
        count_call(request, user)
    return user


def key_letters_of(request: HttpRequest) -> str | None:
    """The visible letters of the key that was shown; None if none was needed."""
    letters: str | None = getattr(request, "key_letters", None)
    return letters


def caller_of(request: HttpRequest, *roles: Role) -> User:
    """The user who calls.

    Raises:
        PermissionDenied: that is not for their role.
    """
    user: User = request.auth  # type: ignore[attr-defined]
    if user.role not in roles:
        raise PermissionDenied
    return user


def visible_tasks(user: User) -> QuerySet[Task]:
    """The tasks that exist for the user: all, those of the account, or those to execute."""
    if user.role in OPERATORS:
        return Task.objects.all()
    if user.role == Role.EXECUTOR:
        return Task.objects.filter(fleet__in=user.fleets.values("id"), status__in=_EXECUTED)
    return Task.objects.filter(account=user.account_id)


def visible_iterations(user: User) -> QuerySet[Iteration]:
    """The iterations that exist for the user: all, or those that considered a batch of the account or ran a task."""
    if user.role in OPERATORS:
        return Iteration.objects.all()
    account = user.account_id
    mine = Q(batches__account=account) | Q(assignments__task__account=account)
    return Iteration.objects.filter(id__in=Iteration.objects.filter(mine).values("id"))


def visible_batches(user: User) -> QuerySet[Batch]:
    """The batches that exist for the user: all, or those of the account."""
    return Batch.objects.all() if user.role in OPERATORS else Batch.objects.filter(account=user.account_id)
