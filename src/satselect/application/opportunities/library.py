"""The way to `satselect.orbits`, which needs an extra that a service may do without."""

from collections.abc import Iterator
from contextlib import contextmanager

from satselect.application.errors import NoOrbitsError

_NEEDED = "sgp4"


@contextmanager
def needing_orbits() -> Iterator[None]:
    """Around the import of `satselect.orbits`, which is made where it is used.

    Raises:
        NoOrbitsError: the extra `orbits` is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != _NEEDED:
            raise  # what else is missing is no extra that was left out, but a fault
        raise NoOrbitsError from None
