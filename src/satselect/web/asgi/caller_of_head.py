"""Whose request it is, by its head alone: asked before its body is read."""

from asyncio import get_running_loop
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from satselect.application.access.keys import is_key, user_of
from satselect.web.asgi.front import Refused, Scope
from satselect.web.callers import keys_shown
from satselect.web.edges import answers_machines
from satselect.web.problems import no_database

# Few: so many strangers at most keep the database busy by showing keys (decision 0105).
_LOOKING = ThreadPoolExecutor(4, thread_name_prefix="whose")


async def whose(scope: Scope) -> Hashable | None:
    """The id of the user who shows a key that holds or, for a page, a session; None for a stranger.

    Raises:
        Refused: the database doesn't answer.
    """
    if settings.SATSELECT_AUTH == "open":
        return "local"
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    # What can't be a key is sorted out by its checksum, without the database.
    keys = [key for key in keys_shown(headers.get(b"authorization"), headers.get(b"authorizationtoken")) if is_key(key)]
    session = parse_cookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if answers_machines(scope["path"], dict(scope["headers"])):
        session = None  # programs show keys
    if not keys and not session:
        return None
    return await get_running_loop().run_in_executor(_LOOKING, _looked_up, keys, session)


def _looked_up(keys: list[str], session: str | None) -> Hashable | None:
    try:
        for key in keys:
            if user := user_of(key, at=timezone.now()):
                return user.id
        return _signed_in(session) if session else None
    except DatabaseError as error:
        raise Refused(no_database(error)) from None
    finally:
        # The threads stay, and a connection that broke in one of them would stay broken.
        close_old_connections()


def _signed_in(session: str) -> Hashable | None:
    request = HttpRequest()
    request.session = SessionStore(session)
    return get_user(request).pk
