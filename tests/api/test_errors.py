import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.test import RequestFactory

from satselect.application.errors import (
    BusyError,
    KeyReusedError,
    QuotaError,
    StaleError,
    TooOftenError,
    UnknownFleetError,
)
from satselect.schemas.reading.faults import Fault, InvalidError, MalformedError, TooLargeError
from satselect.web.problems import KINDS, MEDIA_TYPE, answer
from satselect.web.requests import BadHeaderError, UnsupportedMediaError

ERRORS: list[tuple[Exception, int]] = [
    (MalformedError("not JSON"), 400),
    (BadHeaderError("Idempotency-Key", "is empty"), 400),
    (SuspiciousOperation("secret"), 400),
    (PermissionDenied("secret"), 403),
    (Http404("secret"), 404),
    (UnknownFleetError("nowhere"), 404),
    (TooLargeError(7), 413),
    (RequestDataTooBig("secret"), 413),
    (UnsupportedMediaError("send JSON"), 415),
    (InvalidError([Fault("is wrong", "/0")]), 422),
    (KeyReusedError("k"), 422),
    (QuotaError(5, waiting=4, more=2), 409),
    (TooOftenError(3.2), 429),
    (RuntimeError("secret"), 500),
    (BusyError("secret"), 503),
    (StaleError("secret"), 503),
    (OperationalError("secret: database is locked"), 503),
]


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_is_answered_with_its_code_and_no_secret(error: Exception, status: int) -> None:
    response = answer(RequestFactory().get("/"), error)
    assert (response.status_code, response["Content-Type"]) == (status, MEDIA_TYPE)
    assert b"secret" not in response.content
    assert ("Retry-After" in response) == (status in {429, 503})


def test_every_kind_of_error_has_its_own_name() -> None:
    names = {kind.slug: kind.status for kind in KINDS.values()}
    assert all(names[kind.slug] == kind.status for kind in KINDS.values())
