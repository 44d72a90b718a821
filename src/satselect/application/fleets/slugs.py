"""How addresses call what has a name."""

from collections.abc import Collection
from itertools import count

from django.utils.text import slugify

from satselect.schemas.fleets import MAX_SLUG_CHARACTERS

_ROOM_FOR_NUMBER = 8  # characters, to tell it from others of that name


def free_slug(name: str, taken: Collection[str], *, otherwise: str) -> str:
    """A slug like the name that isn't taken; like the other word if the name has no letter of an address.

    >>> free_slug("Nadir Imagers", {"nadir-imagers"}, otherwise="fleet")
    'nadir-imagers-2'
    """
    slug = slugify(name)[: MAX_SLUG_CHARACTERS - _ROOM_FOR_NUMBER].strip("-_") or otherwise
    return next(each for n in count(1) if (each := slug if n == 1 else f"{slug}-{n}") not in taken)
