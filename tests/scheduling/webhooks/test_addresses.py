from ipaddress import ip_address

import pytest

from satselect.scheduling.webhooks.addresses import ForbiddenAddressError, allowed, check_address, is_public
from satselect.schemas.faults import InvalidError

NOT_PUBLIC = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "255.255.255.255",
    "224.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:0001::",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_internet_is_not_called(address: str) -> None:
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidError):
        check_address(f"https://{host}/hook", allows_private=False)
    check_address(f"http://{host}:8080/hook", allows_private=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_what_is_on_the_internet_may_be_called(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:word@example.org/",
        "https://user@example.org/",
        "https://example.org/#part",
        "https://example.org:99999/",
        "https://[::1",
        "//example.org",
        "example.org",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(InvalidError):
        check_address(address, allows_private=False)


def test_a_name_is_judged_by_what_it_stands_for_when_it_is_called() -> None:
    check_address("https://localhost/", allows_private=False)
    inside, outside = ip_address("10.0.0.1"), ip_address("93.184.216.34")
    with pytest.raises(ForbiddenAddressError):
        allowed("trap.example.org", 443, allows_private=False, resolve=lambda host, port: [inside])
    found = allowed("both.example.org", 443, allows_private=False, resolve=lambda host, port: [inside, outside])
    assert found == outside
