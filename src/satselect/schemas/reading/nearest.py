"""Which known name a mistyped one was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_MOST_KNOWN = 20_000
"""Comparing one name with so many takes about a tenth of a second."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like it; None if none is much like it. Case doesn't matter.

    >>> nearest("dsik", ["camera", "disk"])
    'disk'
    """
    by_folded = {one.casefold(): one for one in islice(known, _MOST_KNOWN)}
    close = get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What to put behind the news that a name is unknown: a question, or nothing.

    >>> did_you_mean("dsik", ["camera", "disk"])
    "; did you mean 'disk'?"
    """
    close = nearest(name, known)
    return f"; did you mean {close!r}?" if close is not None else ""
