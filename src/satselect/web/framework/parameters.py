"""Query parameters are strict: one that a call doesn't know, or that is given twice, would be a mistake unnoticed."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase
from ninja import Schema
from ninja.operation import Operation
from pydantic import Field

from satselect.engine.problem.errors import SatselectError
from satselect.schemas.reading.nearest import did_you_mean
from satselect.web.edges import is_strict

Run = Callable[..., HttpResponseBase]


class ParameterError(SatselectError):
    """Parameters are unknown, or given twice.

    Attributes:
        faults: name of each, and what is wrong with it.
    """

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name[:100]!r} {why}" for name, why in faults.items()))
        self.faults = faults


class Acceptance(Schema):
    """What a submission or a change may ask for besides."""

    accept_expired: Annotated[
        bool, Field(description="takes deadlines that have passed, too: such tasks are expired at once")
    ] = False


def note_parameters(run: Run) -> Run:
    """A decorator for all operations: requests know which parameters theirs takes, and which of them several times."""
    operation = getattr(run, "__self__", None)
    assert isinstance(operation, Operation), "this decorator is the first"  # noqa: S101
    queries: list[Any] = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    names = {name for model in queries for name in model.__ninja_flatten_map__}
    several = {name for model in queries for name in model.__ninja_collection_fields__}

    @wraps(run)
    def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the framework's own
        request.parameters = names, several  # type: ignore[attr-defined]
        return run(request, *args, **kwargs)

    return noted


def check_parameters(request: HttpRequest) -> None:
    """Looks at the names in the query. Call it after the caller has been authenticated.

    Raises:
        ParameterError: there are unknown ones, or one is there several times.
    """
    if not is_strict(request):
        return
    names, several = getattr(request, "parameters", (set(), set()))
    faults = {}
    for name, values in request.GET.lists():
        if name not in names:
            faults[name] = f"is not a parameter of this call{did_you_mean(name[:100], names)}"
        elif len(values) > 1 and name not in several:
            faults[name] = "is given more than once"
    if faults:
        raise ParameterError(faults)
