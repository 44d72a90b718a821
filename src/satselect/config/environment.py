"""What an operator sets: environment variables with the prefix SATSELECT_, typed and checked at start."""

import os
import re
import secrets
from collections import Counter
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from satselect.config.databases import connection_settings
from satselect.schemas.administration.settings import PREFIX, unknown_settings
from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.wording import details_of, said, shown
from satselect.web.middleware.loopback import is_loopback

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LETTERS = 8
"""So many different ones a secret has at least."""
_BODIES = 8
"""Room for so many of the largest bodies, unless it is set."""
_SECRET = frozenset({"secret_key", "database_url", "bus_url", "sentry_dsn"})
_BUS_NAME = re.compile(r"(/[A-Za-z0-9_-]+)?/?")


class Environment(BaseSettings):
    """Every setting, and what it is when nobody sets it."""

    # What is refused may be a secret, and the error is printed.
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True)

    database_url: str = "sqlite:///satselect.sqlite3"
    database_pool_size: int = Field(default=16, ge=1, le=1000)
    bus_url: str = ""
    worker_threads: int = Field(default=4, ge=1, le=64)
    auth: Literal["keys", "open"] = "open"
    host: str = "127.0.0.1"
    # Made anew in each process: nothing that is signed has to outlive one on loopback (decision 0015).
    secret_key: str = Field(default_factory=lambda: secrets.token_urlsafe(50), min_length=32)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ("localhost", "127.0.0.1", "[::1]")
    https: bool | None = None
    hsts_seconds: int = Field(default=0, ge=0)
    debug: bool = False
    time_limit: float = Field(default=10.0, gt=0, le=3600, allow_inf_nan=False)
    max_requests: int = Field(default=96, ge=1)
    buffered_limit: int = Field(default=100_000, ge=1)
    rate_limit: int = Field(default=1200, ge=0)
    failed_sign_ins: int = Field(default=20, ge=1)
    log: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    sentry_dsn: str = ""
    max_body_bytes: int = Field(default=Limits().body_bytes, ge=1024)
    max_held_bytes: int | None = Field(default=None, ge=1024)
    body_timeout: float = Field(default=20.0, gt=0, le=3600, allow_inf_nan=False)
    max_depth: int = Field(default=Limits().depth, ge=4, le=200)
    max_questions: int = Field(default=4, ge=1, le=64)
    max_questions_of_user: int = Field(default=2, ge=1, le=64)
    max_streams: int = Field(default=32, ge=0, le=1000)
    webhooks: Literal["public", "private", "off"] = "public"
    stapi_host: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", max_length=253)] | None = None
    stapi_version: Literal["0.1.0", "0.2.0"] = "0.1.0"
    max_tasks: int = Field(default=Limits().tasks, ge=1)
    max_uses: int = Field(default=Limits().uses, ge=1)
    max_candidates: int = Field(default=Limits().candidates, ge=1)

    @property
    def limits(self) -> Limits:
        """What one request may ask for."""
        return Limits(
            body_bytes=self.max_body_bytes,
            depth=self.max_depth,
            tasks=self.max_tasks,
            uses=self.max_uses,
            candidates=self.max_candidates,
        )

    @property
    def held_bytes(self) -> int:
        """How much of bodies is held at once."""
        return _BODIES * self.max_body_bytes if self.max_held_bytes is None else self.max_held_bytes

    @property
    def is_https(self) -> bool:
        """Whether browsers may send cookies over HTTPS only; on loopback they may go without, unless set."""
        return not is_loopback(self.host) if self.https is None else self.https

    @property
    def origins(self) -> list[str]:
        """The origins of own pages, as browsers tell them, if they reach it by HTTPS at the usual port."""
        names = [f"*{name}" if name.startswith(".") else name for name in self.allowed_hosts if name != "*"]
        return [f"https://{name}" for name in names] if self.is_https else []

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, hosts: object) -> object:
        return tuple(host.strip() for host in hosts.split(",")) if isinstance(hosts, str) else hosts

    @field_validator("database_url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        connection_settings(url, pool_size=1)
        return url

    @field_validator("bus_url")
    @classmethod
    def _check_bus(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in {"nats", "tls"} or not urlsplit(url).hostname):
            raise ValueError("must be nats://host:port or tls://host:port, with a name after it if need be")
        if not _BUS_NAME.fullmatch(urlsplit(url).path):
            raise ValueError("the name after the port must be of letters, digits, - and _")
        return url

    @model_validator(mode="after")
    def _check_room(self) -> Self:
        if self.held_bytes < self.max_body_bytes:
            raise ValueError("MAX_HELD_BYTES must have room for a body of MAX_BODY_BYTES")
        return self

    @model_validator(mode="after")
    def _check_shared(self) -> Self:
        if self.bus_url and self.database_url.startswith("sqlite:"):
            raise ValueError("BUS_URL needs PostgreSQL as DATABASE_URL: workers can't share a SQLite file")
        return self

    @model_validator(mode="after")
    def _check_open(self) -> Self:
        if self.auth == "open" and not is_loopback(self.host):
            raise ValueError(f"AUTH=open lets everyone in, so it answers on loopback only, not on {self.host}")
        if "secret_key" not in self.model_fields_set and not is_loopback(self.host):
            raise ValueError(f"SECRET_KEY must be set to answer on {self.host}, and be the same for all processes")
        if not is_loopback(self.host):
            if _is_guessable(self.secret_key):
                raise ValueError(f"SECRET_KEY is too easily guessed to answer on {self.host}; make it at random")
            if self.debug:
                raise ValueError(f"DEBUG shows settings and code, so it answers on loopback only, not on {self.host}")
        return self


def read_environment() -> Environment:
    """The settings of this process.

    Raises:
        ImproperlyConfigured: names each variable that is wrong, or that is no setting.
    """
    if unknown := unknown_settings(os.environ):
        raise ImproperlyConfigured("\n".join(unknown))
    try:
        return Environment()
    except ValidationError as error:
        raise ImproperlyConfigured("\n".join(map(_line, details_of(error)))) from None


def _line(fault: "ErrorDetails") -> str:
    """What is wrong with which setting. What is secret, or may hold a password, is not shown."""
    field = str(fault["loc"][0]) if fault["loc"] else ""
    words = said(fault)
    if field in _SECRET:
        words = words.removesuffix(f", not {shown(fault['input'])}")
    # What is wrong with several together begins with the name of one.
    return f"{PREFIX}{field.upper()}: {words}{_meant(fault)}" if field else f"{PREFIX}{words}"


def _meant(line: "ErrorDetails") -> str:
    """The value that was meant, where there are few and one is near."""
    if line["type"] == "bool_parsing":
        possible = ["true", "false"]
    elif line["type"] == "literal_error":
        possible = list(get_args(Environment.model_fields[str(line["loc"][0])].annotation))
    else:
        return ""
    near = get_close_matches(str(line["input"]).lower(), possible, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _is_guessable(secret: str) -> bool:
    """Whether it has few letters, is a piece again and again, a run of them, or what templates of projects have."""
    repeated = any(secret == (secret[:size] * len(secret))[: len(secret)] for size in range(1, len(secret) // 2 + 1))
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(secret))
    is_run = steps.most_common(1)[0][1] > len(secret) // 2
    return len(set(secret)) < _LETTERS or repeated or is_run or secret.startswith("django-insecure-")
