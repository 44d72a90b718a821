"""What the commands share that ask a running service: where it is, with which key, and what to say when it refuses."""

import argparse
import os
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from satselect.cli.terminal.telling import tell

if TYPE_CHECKING:
    from satselect.client.errors import ClientError

DONE, FAILED, WRONG_INPUT = 0, 1, 2
HERE = "http://localhost:8000"

Result = TypeVar("Result")


def url_of(given: argparse.Namespace) -> str:
    """Where the service answers; an empty setting is none."""
    return given.url or os.environ.get("SATSELECT_URL") or HERE


def key_of(given: argparse.Namespace) -> str | None:
    """The key to show; an empty setting is none."""
    return given.key or os.environ.get("SATSELECT_KEY") or None


def ask(given: argparse.Namespace, question: Callable[[str, str | None], None]) -> int:
    """The exit code, after the question was put to the service at an address with a key."""
    from satselect.client.errors import BadAddressError, BadInputError, ClientError, InvalidError, NotFoundError

    try:
        import_module("satselect.client.client")  # what it needs, its errors do without
    except ImportError as error:
        return fail(f"this needs {error.name}: pip install 'satselect[client]'", code=WRONG_INPUT)
    try:
        question(url_of(given), key_of(given))
    except (BadAddressError, BadInputError, InvalidError, NotFoundError) as error:
        return fail(_said(error, given), code=WRONG_INPUT)
    except ClientError as error:
        return fail(_said(error, given), code=FAILED)
    return DONE


def fail(*lines: str, code: int) -> int:
    """The exit code, after saying why."""
    tell(*lines)
    return code


def _said(error: "ClientError", given: argparse.Namespace) -> str:
    """What went wrong, and which setting may mend it."""
    from satselect.client.errors import NotAllowedError, NotReachedError
    from satselect.client.given import clean_key

    if isinstance(error, NotReachedError) and url_of(given) == HERE:
        return f"{error}; is `satselect serve` running? SATSELECT_URL or --url names another address"
    if not isinstance(error, NotAllowedError):
        return str(error)
    if error.problem.status == HTTPStatus.FORBIDDEN:
        return f"{error}; the role of the user of this key may not do that"
    if clean_key(key_of(given)) is None:
        return f"{error}; set SATSELECT_KEY to an API key, or give --key: satselect keys create --user NAME makes one"
    return f"{error}; the key of {'--key' if given.key else 'SATSELECT_KEY'} does not hold"
