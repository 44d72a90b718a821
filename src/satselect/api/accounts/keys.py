"""Who am I, and my API keys."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.keys import KeyWish, create_key, revoke_key
from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.schemas.administration.keys import NEW_KEY, KeyAnswer, KeyList, MadeKeyAnswer, MeAnswer, NewKey
from satselect.store.models import Key, User
from satselect.web.callers import caller_of
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.requests import body_of

router = Router(tags=["keys"])


@router.get("/api/v1/me", response=MeAnswer)
def get_me(request: HttpRequest) -> MeAnswer:
    """Who calls."""
    user = caller_of(request, Right.READ)
    fleets = list(user.fleets.order_by("slug").values_list("slug", flat=True))
    return MeAnswer(user=user.username, account=user.account.slug, role=user.role, fleets=fleets)


@router.get("/api/v1/keys", response=KeyList)
def list_keys(request: HttpRequest) -> KeyList:
    """Own keys, newest first."""
    keys = caller_of(request, Right.READ).keys.order_by("-id")
    return KeyList.model_construct(items=[KeyAnswer.model_construct(**_shown(key)) for key in keys])


@router.post("/api/v1/keys", response={201: MadeKeyAnswer}, openapi_extra={**json_body(NewKey), **CONFLICT})
def post_key(request: HttpRequest) -> Status[MadeKeyAnswer]:
    """Makes a key. The answer is the only place where it is ever shown. At most 100 of a user hold at a time."""
    user = caller_of(request, Right.READ)
    refuse_conditions(request)
    sent = body_of(request, NEW_KEY)
    wish = KeyWish(
        name=sent.name or "",
        expires=sent.expires,
        replaces=sent.replaces,
        overlap=timedelta(seconds=sent.overlap_s),
    )
    key, text = create_key(user, wish, Act(user, timezone.now()))
    return Status(HTTPStatus.CREATED, MadeKeyAnswer.model_construct(key=text, **_shown(key)))


@router.get("/api/v1/keys/{visible}", response=KeyAnswer)
def get_key(request: HttpRequest, visible: str) -> KeyAnswer:
    """One of the own keys, without the secret part."""
    return tagged(request, _found(caller_of(request, Right.READ), visible))


@router.delete("/api/v1/keys/{visible}", response={204: None}, openapi_extra=conditional())
def delete_key(request: HttpRequest, visible: str) -> HttpResponse:
    """Revokes one of the own keys, from now on."""
    user = caller_of(request, Right.READ)
    condition = condition_of(request, lambda: _found(user, visible))
    revoke_key(user, visible, Act(user, timezone.now(), condition))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _found(user: User, visible: str) -> KeyAnswer:
    return KeyAnswer.model_construct(**_shown(look_up(user.keys, "key", visible=visible)))


def _shown(key: Key) -> dict[str, Any]:
    fields = ("visible", "name", "created", "expires", "revoked")
    return {field: getattr(key, field) for field in fields}
