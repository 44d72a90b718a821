from ipaddress import ip_address
from uuid import uuid4

import pytest

from satselect.application.webhooks.addresses import ForbiddenAddressError, allowed, check_address
from satselect.application.webhooks.reachable import Address, is_reachable
from satselect.application.webhooks.request import WebhookRequest, post
from satselect.schemas.reading.faults import InvalidError
from tests.application.buffers import NOW

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
    # Each entry of the registries that is not globally reachable: first and last address.
    *("0.255.255.255", "10.255.255.255", "100.127.255.255", "127.255.255.255", "169.254.0.0", "172.31.255.255"),
    *("192.0.0.0", "192.0.0.8", "192.0.0.11", "192.0.0.170", "192.0.0.171", "192.0.0.255", "192.0.2.255"),
    *("192.88.99.1", "192.168.255.255", "198.19.255.255", "198.51.100.7", "203.0.113.7", "239.255.255.255"),
    *("100::1", "100:0:0:1::1", "2001::1", "2001:1::", "2001:1::4", "2001:2::1", "2001:10::1", "2001:1f:ffff::"),
    *("2001:40::1", "2001:1ff:ffff::1", "2001:db8:ffff::1", "3fff::1", "3fff:fff::1", "5f00::1", "fe80::ffff"),
    # Site-local, given up; and what nobody was ever given.
    *("fec0::1", "feff::1", "4000::1", "8000::1", "200::1", "1fff::1", "400::1"),
    # IPv4-mapped, -compatible and -translated.
    *("::ffff:169.254.169.254", "::ffff:100.64.0.1", "::127.0.0.1", "::10.0.0.1", "::93.184.216.34"),
    *("::ffff:0:127.0.0.1", "::ffff:0:93.184.216.34"),
    # NAT64, for everyone with what is not, for local use with anything.
    *("64:ff9b::192.168.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::10.0.0.1", "64:ff9b:1::93.184.216.34"),
    *("64:ff9b:1:ffff::1", "64:ff9b:2::1"),
    # 6to4 and Teredo, whose reachability the registry leaves open.
    *("2002:a00:1::1", "2002:5db8:d822::1", "2001:0:5db8:d822:8000::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    # ISATAP within a prefix that is reachable.
    *("2606:2800::5efe:10.0.0.1", "2606:2800::200:5efe:127.0.0.1"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_internet_is_not_called(address: str) -> None:
    assert not is_reachable(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidError):
        check_address(f"https://{host}/hook", allows_private=False)
    check_address(f"http://{host}:8080/hook", allows_private=True)


PUBLIC = [
    *("93.184.216.34", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.0.9", "192.0.0.10", "192.0.1.0"),
    *("192.31.196.1", "192.52.193.1", "192.175.48.1", "198.17.255.255", "198.20.0.0", "223.255.255.255"),
    *("2606:2800:220:1:248:1893:25c8:1946", "2620:4f:8000::1", "2001:200::1", "2001:db7::1", "2001:db9::1"),
    *("2001:1::1", "2001:1::2", "2001:1::3", "2001:3::1", "2001:4:112::1", "2001:20::1", "2001:3f::1"),
    *("2000::1", "3ffe:ffff::1", "3fff:1000::1", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34"),
    "2606:2800::5efe:93.184.216.34",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_internet_may_be_called(address: str) -> None:
    assert is_reachable(ip_address(address))


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
        "https://a..b/",
        "https://.example.org/",
        "https://example.org./",
        "https://example.org../",
        "https://./",
        "https://-a.example.org/",
        "https://a-.example.org/",
        f"https://{'a' * 64}.example.org/",
        f"https://{'a.' * 127}org/",
        "https://exa mple.org/",
        "https://ex%61mple.org/",
        "https://example.org:0/",
        "https://a,b/",
        "https://[v1.a]/",
        "https://[example.org]/",
        "https://[2606:2800::1%25eth0]/",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://1.2.3.4.5/",
        "https://example.0x1/",
        "example.org",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(InvalidError):
        check_address(address, allows_private=False)


def test_a_name_is_judged_by_what_it_stands_for_when_it_is_called() -> None:
    check_address("https://trap.example.org/", allows_private=False)
    inside, outside = ip_address("10.0.0.1"), ip_address("93.184.216.34")
    with pytest.raises(ForbiddenAddressError):
        allowed("trap.example.org", 443, allows_private=False, resolve=lambda host, port: [inside])
    found = allowed("both.example.org", 443, allows_private=False, resolve=lambda host, port: [inside, outside])
    assert found == outside


@pytest.mark.parametrize(
    "host",
    ["example.org", "EXAMPLE.org", "a", "a-b.c", "xn--bcher-kva.example", "4you.example", f"{'a' * 63}.org", "a_b.c"],
)
def test_what_can_be_a_name_is_taken(host: str) -> None:
    check_address(f"https://{host}:8443/hook?x=1", allows_private=False)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "a.localhost", "printer.local", "db.internal", "x.test"])
def test_a_name_that_is_never_public_is_refused_where_private_ones_are(host: str) -> None:
    with pytest.raises(InvalidError, match="public internet"):
        check_address(f"https://{host}/", allows_private=False)
    check_address(f"https://{host}/", allows_private=True)


@pytest.mark.parametrize("kept", ["http://example.org/", "https://a..b/", "https://10.0.0.1/", "https://[fec0::1]/"])
def test_an_address_that_was_allowed_once_is_judged_again_when_it_is_called(kept: str) -> None:
    def nowhere(host: str, port: int) -> list[Address]:
        raise AssertionError

    request = WebhookRequest(uuid4(), kept, "whsec_AAAA", "{}")
    with pytest.raises(ForbiddenAddressError):
        post(request, NOW, allows_private=False, resolve=nowhere)
