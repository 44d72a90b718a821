"""What a program gives the client: an address, a key. Neither a key nor a password ever gets into words."""

import re
from functools import cache
from ssl import SSLContext

import httpx

from satselect._version import __version__
from satselect.client.errors import BadAddressError, BadInputError

_MOST_PORT = 65_535  # httpx takes more, and connects to the rest modulo 65,536
_USER = re.compile(r"//[^/]*@")
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_HEADER = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?")


def connect(url: str, key: str | None, timeout_s: float) -> httpx.Client:
    """What sends requests to the API of the service at that address, with that key.

    Raises:
        BadAddressError: it is none.
        BadInputError: the key is none.
    """
    address = _address(url)
    headers = {"User-Agent": f"satselect/{__version__}", "Accept": "application/json"}
    if (key := clean_key(key)) is not None:
        if address.userinfo:
            raise BadAddressError(f"{shown(url)} has a user name in it, which would be shown in place of the key")
        headers["Authorization"] = f"Bearer {key}"
    try:
        return httpx.Client(
            base_url=f"{str(address).rstrip('/')}/api/v1/", headers=headers, timeout=timeout_s, verify=_trusted()
        )
    except (httpx.InvalidURL, ValueError):
        raise BadAddressError("the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names can't be used") from None


@cache
def _trusted() -> SSLContext:
    """The authorities that certificates are checked by, read once in a process: it takes 20 ms."""
    return httpx.create_ssl_context()


def clean_key(key: str | None) -> str | None:
    """The key without what files and terminals leave around it; None if nothing is left.

    Raises:
        BadInputError: no request could carry it. The error doesn't show it.
    """
    key = (key or "").strip()
    if key and not _VISIBLE.fullmatch(key):
        raise BadInputError(f"the key of {len(key)} characters holds a blank, or one that is not printable ASCII")
    return key or None


def check_idempotency_key(key: str) -> str:
    """The idempotency key, if a request can carry it.

    Raises:
        BadInputError: it can't.
    """
    if not _HEADER.fullmatch(key):
        raise BadInputError("an idempotency key must be 1 to 255 printable ASCII characters, without blanks around")
    return key


def shown(url: str) -> str:
    """The address without the name and password in it."""
    return _USER.sub("//", url.strip())


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise BadAddressError(f"{shown(url)} is no address: {_USER.sub('//', str(error))}") from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise BadAddressError(f"{shown(url)} is no address: it must be like http://localhost:8000")
    if address.query or address.fragment or (address.port or 0) > _MOST_PORT:
        raise BadAddressError(f"{shown(url)} is no address of a service: only a host, a port and a path make one")
    return address
