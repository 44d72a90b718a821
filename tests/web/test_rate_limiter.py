from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect.application.errors import TooOftenError
from satselect.web.limits.rate_limiter import Rate, RateLimiter, network_of


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def takes(limiter: RateLimiter, who: Hashable = "anna") -> bool:
    try:
        limiter.take(who)
    except TooOftenError:
        return False
    return True


def test_so_many_at_once_and_then_as_they_come_back() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(most=3, every_s=60), clock=clock)
    assert [takes(limiter) for _ in range(5)] == [True, True, True, False, False]
    with pytest.raises(TooOftenError) as refused:
        limiter.take("anna")
    assert refused.value.wait_s == pytest.approx(20)
    clock.now += refused.value.wait_s
    assert [takes(limiter) for _ in range(2)] == [True, False]
    assert takes(limiter, "berta")


@given(st.integers(1, 50), st.integers(1, 100), st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_in_any_time_no_more_pass_than_came_back_in_it(most: int, every_s: int, pauses: list[float]) -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(most, every_s), clock=clock)
    passed = []
    for pause in pauses:
        clock.now += pause
        left = limiter.standing("anna").left
        if takes(limiter):
            assert left > 0
            passed.append(clock.now)
        else:
            assert left == 0
    for first, start in enumerate(passed):
        for last in range(first, len(passed)):
            came_back = (passed[last] - start) * most / every_s
            assert last - first + 1 <= most + ceil(came_back + 1e-3)


def test_what_is_given_back_was_not_taken() -> None:
    limiter = RateLimiter(Rate(most=1, every_s=60), clock=Clock())
    for _ in range(5):
        limiter.take("anna")
        limiter.give_back("anna")
    assert limiter.standing("anna").left == 1


def test_many_at_once_pass_no_more_than_there_are() -> None:
    limiter = RateLimiter(Rate(most=100, every_s=3600), clock=Clock())
    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(lambda _: takes(limiter), range(400))) == 100


def test_who_owes_nothing_is_forgotten_and_who_owes_most_is_not() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(most=2, every_s=60), clock=clock, most_kept=10)
    for _ in range(2):
        limiter.take("flood")
    for n in range(100):
        limiter.take(n)
    assert len(limiter._back_at) <= 10
    assert not takes(limiter, "flood")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_an_address_stands_for_who_has_it(address: str, network: str) -> None:
    assert network_of(address) == network
