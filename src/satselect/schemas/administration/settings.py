"""The names of all settings. One that is none is a typing error, which must not pass for the default."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches

PREFIX = "SATSELECT_"

OF_THE_SERVICE = frozenset(
    {
        "DATABASE_URL",
        "DATABASE_POOL_SIZE",
        "BUS_URL",
        "WORKER_THREADS",
        "AUTH",
        "HOST",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "HTTPS",
        "HSTS_SECONDS",
        "DEBUG",
        "TIME_LIMIT",
        "MAX_REQUESTS",
        "BUFFERED_LIMIT",
        "RATE_LIMIT",
        "FAILED_SIGN_INS",
        "LOG",
        "LOG_LEVEL",
        "METRICS_HOST",
        "METRICS_PORT",
        "SENTRY_DSN",
        "MAX_BODY_BYTES",
        "MAX_HELD_BYTES",
        "BODY_TIMEOUT",
        "MAX_DEPTH",
        "MAX_QUESTIONS",
        "MAX_QUESTIONS_OF_USER",
        "MAX_STREAMS",
        "WEBHOOKS",
        "STAPI_HOST",
        "STAPI_VERSION",
        "MAX_TASKS",
        "MAX_USES",
        "MAX_CANDIDATES",
    }
)
OF_CLIENTS = frozenset({"URL", "KEY"})
OF_COMPOSE = frozenset({"IMAGE", "PUBLISH"})
"""What the compose file takes from the shell that calls it."""
KNOWN = OF_THE_SERVICE | OF_CLIENTS | OF_COMPOSE

_OF_TESTS = "TEST_"
_KUBERNETES = re.compile(r"(?:.*_)?(?:SERVICE_(?:HOST|PORT(?:_.*)?)|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_.*)?)?)")
_LINK = re.compile(r"(?:tcp|udp|sctp)://.*|[0-9a-fA-F.:]+|tcp|udp|sctp", re.IGNORECASE)
"""Kubernetes tells containers of services in variables that are called as the service, which may be as the program."""
_NEAR, _NEAR_PREFIX = 0.7, 0.8


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with each variable that looks like a setting and is none.

    >>> unknown_settings({"SATSELECT_AUHT": "keys", "SATSELECT_AUTH": "keys", "HOME": "/"})
    ['SATSELECT_AUHT is no setting; did you mean SATSELECT_AUTH?']
    """
    return [_said(name) for name in sorted(environment) if _is_wrong(name.upper(), environment[name])]


def _is_wrong(name: str, value: str) -> bool:
    if not name.startswith(PREFIX):
        return _meant_with_another_prefix(name) is not None
    rest = name.removeprefix(PREFIX)
    return not (rest in KNOWN or rest.startswith(_OF_TESTS) or _is_of_kubernetes(rest, value))


def _is_of_kubernetes(rest: str, value: str) -> bool:
    if rest == "PORT" or rest.endswith("_PORT"):
        return bool(re.match(r"(tcp|udp|sctp)://", value)) or rest.endswith("SERVICE_PORT")
    return bool(_KUBERNETES.fullmatch(rest) and _LINK.fullmatch(value))


def _meant_with_another_prefix(name: str) -> str | None:
    """The setting, if it is the prefix that is mistyped."""
    # The longest first: `DATABASE_URL` ends like `URL`.
    for known in sorted(OF_THE_SERVICE | OF_CLIENTS, key=len, reverse=True):
        before = name.removesuffix(known)
        if before != name and SequenceMatcher(None, before, PREFIX).ratio() > _NEAR_PREFIX:
            return known
    return None


def _said(name: str) -> str:
    rest = name.upper().removeprefix(PREFIX)
    near = get_close_matches(rest, sorted(OF_THE_SERVICE | OF_CLIENTS), n=1, cutoff=_NEAR)
    known = _meant_with_another_prefix(name.upper()) or next(iter(near), None)
    return f"{name} is no setting; {f'did you mean {PREFIX}{known}?' if known else 'docs/settings.md has them all'}"
