"""How often somebody may do something: counted in this process, under a lock, without the database."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from operator import itemgetter
from threading import Lock
from time import monotonic

from satselect.application.errors import TooOftenError

MOST_KEPT = 100_000  # callers: who comes from ever new addresses must not fill the memory
_ROUNDING_S = 1e-6  # sums of fractions of seconds are off by less
_NETWORK_BITS = 64
"""Of an IPv6 address: a whole network of this size is usually given to one customer."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once; what was used comes back evenly over that time."""

    most: int
    every_s: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: how many are left, and after how many seconds all are back."""

    left: int
    reset_s: float


class RateLimiter:
    """Counts how often each caller does something.

    Kept of each is one number: when all that they used will have come back (the generic cell rate algorithm of
    ITU-T I.371). A caller whose allowance is whole needs no number.

    >>> limiter = RateLimiter(Rate(most=2, every_s=60), clock=lambda: 0)
    >>> limiter.take("anna").left, limiter.take("anna").left, limiter.take("berta").left
    (1, 0, 1)
    """

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = monotonic, most_kept: int = MOST_KEPT) -> None:
        self.rate = rate
        self._clock = clock
        self._most_kept = most_kept
        self._back_at: dict[Hashable, float] = {}
        self._lock = Lock()

    def take(self, who: Hashable) -> Standing:
        """Counts one more.

        Raises:
            TooOftenError: that is one too many, and was not counted.
        """
        with self._lock:
            now = self._clock()
            back_at = max(self._back_at.get(who, now), now) + self._each_s
            wait_s = back_at - now - self.rate.every_s
            if wait_s > _ROUNDING_S:
                raise TooOftenError(wait_s)
            self._keep(who, back_at, now)
            return self._standing(back_at - now)

    def give_back(self, who: Hashable) -> None:
        """Counts one less: it turned out to be none."""
        with self._lock:
            if who in self._back_at:
                self._back_at[who] -= self._each_s

    def standing(self, who: Hashable) -> Standing:
        """Where somebody stands; nothing is counted."""
        with self._lock:
            now = self._clock()
            return self._standing(max(self._back_at.get(who, now) - now, 0))

    @property
    def _each_s(self) -> float:
        return self.rate.every_s / self.rate.most

    def _standing(self, reset_s: float) -> Standing:
        used = ceil((reset_s - _ROUNDING_S) / self._each_s)
        return Standing(self.rate.most - max(used, 0), reset_s)

    def _keep(self, who: Hashable, back_at: float, now: float) -> None:
        self._back_at[who] = back_at
        if len(self._back_at) > self._most_kept:
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Keeps those who owe most: the others come back first anyway."""
        owing = sorted((item for item in self._back_at.items() if item[1] > now), key=itemgetter(1))
        # Half of them at once: else each caller who comes would have all of them sorted anew.
        self._back_at = dict(owing[-self._most_kept // 2 :])


def network_of(address: str) -> str:
    """Whom an address belongs to, as far as one can tell.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1:7")
    ('192.0.2.7', '2001:db8::/64')
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    # Else all of IPv4 would be one network.
    if not isinstance(parsed, IPv6Address) or parsed.ipv4_mapped:
        return str(getattr(parsed, "ipv4_mapped", None) or parsed)
    return str(ip_network((parsed, _NETWORK_BITS), strict=False))
