"""Which addresses may be called: strangers choose them, and they must not reach what only this machine reaches."""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from satselect.application.webhooks.reachable import Address, is_reachable
from satselect.engine.problem.errors import SatselectError
from satselect.schemas.reading.faults import Fault, InvalidError

Resolve = Callable[[str, int], Sequence[Address]]

_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NEVER_PUBLIC = {"localhost", "local", "internal", "invalid", "test"}
"""Last labels that no public name has: RFC 6761 and 6762, and what ICANN set aside for private use."""
_MOST_CHARACTERS = 253
"""So long a name in the DNS may be."""


class ForbiddenAddressError(SatselectError):
    """The name stands for no address that may be called."""


def check_address(address: str, *, allows_private: bool) -> None:
    """Refuses what is never called, before anybody waits for it.

    Raises:
        InvalidError: it is no address of the web, has a name and password in it, or is of a kind that is not allowed.
    """
    if fault := fault_of(address, allows_private=allows_private):
        raise InvalidError([Fault(fault, "/address")])


def fault_of(address: str, *, allows_private: bool) -> str | None:
    """What is wrong with an address, which may have been allowed when it was registered; None for nothing."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in (_PORTS if allows_private else {"https"}):
        return "must start with https://"
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return "must be a host and a path, without a name, a password or a fragment"
    if port == 0:
        return "must have a port from 1 to 65535, if any"
    try:
        literal = ip_address(host)
    except ValueError:
        # A name; what it stands for is looked at when it is called.
        if not _is_name(host) or "[" in parts.netloc:
            return "must be a host that can be: a name or an address"
        is_private = host.rpartition(".")[2] in _NEVER_PUBLIC
        return "must be on the public internet" if is_private and not allows_private else None
    if isinstance(literal, IPv6Address) and literal.scope_id:
        return "must be without a zone"
    return None if allows_private or is_reachable(literal) else "must be on the public internet"


def port_of(parts: SplitResult) -> int:
    """The port that an address means."""
    return parts.port or _PORTS[parts.scheme]


def resolved(host: str, port: int) -> list[Address]:
    """The addresses that a name stands for now."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # IPv6 addresses come with the zone behind a `%`.
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]


def allowed(host: str, port: int, *, allows_private: bool, resolve: Resolve = resolved) -> Address:
    """The address to connect to. It is used as it is: a name could stand for another one a moment later.

    Raises:
        OSError: the name stands for nothing.
        ForbiddenAddressError: it stands for nothing that may be called.
    """
    for address in resolve(host, port):
        if allows_private or is_reachable(address):
            return address
    raise ForbiddenAddressError(f"{host} has no public address")


def _is_name(host: str) -> bool:
    """Whether it can be a name. What ends with a number is one of the old ways to write an address of IPv4."""
    *_, last = labels = host.split(".")
    return len(host) <= _MOST_CHARACTERS and all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(last)
