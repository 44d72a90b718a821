"""Who did what to which object."""

from operator import attrgetter

from django.http import HttpRequest
from ninja import Query, Router

from satselect.application.access.rights import Right
from satselect.schemas.administration.audit import AuditLine, AuditPage
from satselect.schemas.fields.labels import Label
from satselect.store.models import Audit
from satselect.web.callers import caller_of
from satselect.web.paging import Page, page_of

router = Router(tags=["audit"])


class AuditFilter(Page):
    """Which part of the audit to show."""

    user: Label | None = None
    action: Label | None = None
    object_type: Label | None = None
    object_id: Label | None = None


@router.get("/api/v1/audit", response=AuditPage)
def list_audit(request: HttpRequest, wanted: Query[AuditFilter]) -> AuditPage:
    """What was done by operators and admins, and to users and keys; newest first. Nothing of it is ever changed."""
    caller_of(request, Right.OPERATE)
    fields = {
        "user__username": wanted.user,
        "action": wanted.action,
        "object_type": wanted.object_type,
        "object_id": wanted.object_id,
        "id__lt": wanted.cursor,
    }
    asked = {field: value for field, value in fields.items() if value is not None}
    rows = Audit.objects.filter(**asked).select_related("user", "account").order_by("-id")
    shown, following = page_of(request, rows, wanted.limit, attrgetter("id"))
    return AuditPage.model_construct(items=[_line(row) for row in shown], next=following)


def _line(row: Audit) -> AuditLine:
    return AuditLine.model_construct(
        id=row.id,
        at=row.at,
        user=row.user.username,
        account=row.account.slug,
        action=row.action,
        object_type=row.object_type,
        object_id=row.object_id,
        facts=row.facts,
    )
