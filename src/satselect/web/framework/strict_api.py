"""Routes that refuse what they don't know, and say what is wrong in our words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.operation import Operation

from satselect.schemas.reading.wording import details_of, said
from satselect.web.conditions import with_tag
from satselect.web.framework.parameters import check_parameters


class StrictAPI(NinjaAPI):
    """An API of strict calls."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """What is wrong with parameters, in our words."""
        lines: list[dict[str, Any]] = []
        for context in error_contexts:
            names = context.model.__ninja_flatten_map_reverse__
            found = details_of(context.pydantic_validation_error)
            lines += [{"loc": names.get(line["loc"], line["loc"]), "msg": said(line)} for line in found]
        return ValidationError(lines)

    def create_response(
        self,
        request: HttpRequest,
        data: Any,  # noqa: ANN401 - the framework's own
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """The answer, with its entity tag."""
        made = super().create_response(request, data, status=status, temporal_response=temporal_response)
        return with_tag(request, made)

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """What the answer will be made of. The first thing that is done once the caller is authenticated."""
        check_parameters(request)
        return super().create_temporal_response(request)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """What clients that are made from the description call it."""
        return operation.view_func.__name__
