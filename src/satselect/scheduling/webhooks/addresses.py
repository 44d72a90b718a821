"""Which addresses may be called: strangers choose them, and they must not reach what only this machine reaches."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from satselect.schemas.faults import Fault, InvalidError
from satselect.selection.errors import SatselectError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[Address]]

_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}


class ForbiddenAddressError(SatselectError):
    """The name stands for no address that may be called."""


def check_address(address: str, *, allows_private: bool) -> None:
    """Refuses what is never called, before anybody waits for it.

    Raises:
        InvalidError: it is no address of the web, has a name and password in it, or is of a kind that is not allowed.
    """
    if fault := _fault(address, allows_private):
        raise InvalidError([Fault(fault, "/address")])


def port_of(parts: SplitResult) -> int:
    """The port that an address means."""
    return parts.port or _PORTS[parts.scheme]


def resolved(host: str, port: int) -> list[Address]:
    """The addresses that a name stands for now."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]


def allowed(host: str, port: int, *, allows_private: bool, resolve: Resolve = resolved) -> Address:
    """The address to connect to. It is used as it is: a name could stand for another one a moment later.

    Raises:
        OSError: the name stands for nothing.
        ForbiddenAddressError: it stands for nothing that may be called.
    """
    for address in resolve(host, port):
        if allows_private or is_public(address):
            return address
    raise ForbiddenAddressError(f"{host} has no public address")


def is_public(address: Address) -> bool:
    """Whether it belongs to the public internet, also as seen through every way of writing one inside another."""
    if isinstance(address, IPv6Address) and (inner := _inner(address)):
        return is_public(inner)
    return address.is_global and not address.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _fault(address: str, allows_private: bool) -> str | None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in (_PORTS if allows_private else {"https"}):
        return "must start with https://"
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return "must be a host and a path, without a name, a password or a fragment"
    try:
        literal = ip_address(host)
    except ValueError:
        return None  # a name; what it stands for is looked at when it is called
    return None if allows_private or is_public(literal) else "must be on the public internet"
