"""Which addresses the whole internet reaches, by IANA's registries of special-purpose addresses of October 2025.

Python's `ipaddress` has older copies of them, which differ from release to release, and takes what is in no registry
for reachable.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_SPECIAL_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared by customers of a provider
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments, but for two below
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, given up
        "192.168.0.0/16",  # private use
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
_REACHABLE_4 = [IPv4Network("192.0.0.9/32"), IPv4Network("192.0.0.10/32")]

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""IANA has given out no other addresses: what is outside is special, or belongs to nobody."""
_SPECIAL_6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, among them Teredo, but for those below
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which the registry doesn't call reachable
        "3fff::/20",  # documentation
    )
]
_REACHABLE_6 = [
    IPv6Network(network)
    for network in (
        "2001:1::1/128",  # port control
        "2001:1::2/128",  # relays through NAT
        "2001:1::3/128",  # service registration
        "2001:3::/32",  # multicast tunnels
        "2001:4:112::/48",  # AS112
        "2001:20::/28",  # ORCHIDv2
        "2001:30::/28",  # drones
    )
]

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 for everyone. Its local-use prefix, 64:ff9b:1::/48, is not reachable, whatever is in it."""
_ISATAP = {0x00005EFE, 0x02005EFE}
_LOW_32 = 0xFFFFFFFF  # where addresses of IPv6 hold one of IPv4


def is_reachable(address: Address) -> bool:
    """Whether the address, and every address that is written inside of it, is globally reachable.

    >>> is_reachable(IPv4Address("93.184.216.34")), is_reachable(IPv6Address("64:ff9b::10.0.0.1"))
    (True, False)
    """
    if isinstance(address, IPv4Address):
        return _is_in(address, _REACHABLE_4) or not _is_in(address, _SPECIAL_4)
    if address.ipv4_mapped:
        return is_reachable(address.ipv4_mapped)  # another spelling of it
    low = IPv4Address(int(address) & _LOW_32)
    if address in _TRANSLATED:
        return is_reachable(low)
    if (int(address) >> 32) & _LOW_32 in _ISATAP and not is_reachable(low):
        return False
    is_special = address not in _GLOBAL_UNICAST or _is_in(address, _SPECIAL_6)
    return _is_in(address, _REACHABLE_6) or not is_special


def _is_in(address: Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)
