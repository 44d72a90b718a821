"""Errors as clients see them (RFC 9457)."""

from pydantic import BaseModel, Field


class ProblemPlace(BaseModel):
    """One fault: a JSON pointer into the body, or the name of a parameter or header."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class Problem(BaseModel):
    """What went wrong with a request."""

    type: str = Field(examples=["urn:satselect:problem:invalid-input"])
    title: str
    status: int
    detail: str
    errors: list[ProblemPlace] = []
