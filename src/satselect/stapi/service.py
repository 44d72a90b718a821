"""The edge, put together: an API of its own, with a description of its own."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from satselect.schemas.problems import Problem
from satselect.stapi import landing, opportunities, orders, products, searches
from satselect.stapi.answering import spoken
from satselect.stapi.refusals import Refusal
from satselect.stapi.versions.v0_1 import JSON
from satselect.web import problems
from satselect.web.callers import Bearer, TokenHeader
from satselect.web.framework.parameters import note_parameters
from satselect.web.framework.strict_api import StrictAPI
from satselect.web.problems import MEDIA_TYPE


class TaskingAPI(StrictAPI):
    """An API that says of each call that it may be answered with a problem."""

    def get_openapi_schema(self, **settings: Any) -> OpenAPISchema:  # noqa: ANN401 - the framework's own
        """The description."""
        schema = super().get_openapi_schema(**settings)
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**shape.pop("$defs", {}), "Problem": shape}
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        invalid = {JSON: {"schema": Refusal.model_json_schema()}}
        for methods in schema["paths"].values():
            for call in methods.values():
                call["responses"] |= {"4XX": {"description": "a problem (RFC 9457)", "content": content}}
                # OpenAPI has an exact code go before its class.
                call["responses"] |= {"422": {"description": "what is wrong", "content": {**invalid, **content}}}
                call["responses"] |= {"503": {"description": "try again", "content": content}}
        return schema


stapi = TaskingAPI(
    title="satselect, as STAPI",
    version=spoken().VERSION,
    description="Order what fleets of satellites offer.",
    openapi_url="/stapi/openapi.json",
    docs_url=None,
    urls_namespace="stapi",
    auth=[Bearer(), TokenHeader()],
)
stapi.add_decorator(note_parameters, mode="view")
problems.register(stapi)
for part in (landing, products, orders, opportunities, searches):
    stapi.add_router("", part.router)
