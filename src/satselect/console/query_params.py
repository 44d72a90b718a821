"""What the address of a page asks for. What can't be read is ignored: it was typed, or cut short on its way."""

from uuid import UUID

from django.http import HttpRequest

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS

_MOST = 2**62  # no id of a row is larger, and SQLite refuses larger numbers with an error
_LONGEST_ID = 36  # a UUID with its hyphens


def whole_number(request: HttpRequest, name: str) -> int | None:
    """A number from 0 on; None if there is none."""
    text = request.GET.get(name, "")
    # Asked for ASCII as well, since `isdigit` takes the digits of all scripts, and superscripts.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < _MOST else None


def one_of(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    """One of the words that are known; the first if it is none of them."""
    word = request.GET.get(name, "")
    return word if word in known else known[0]


def text(request: HttpRequest, name: str) -> str:
    """A short text; nothing if there is none, or one that no name can be."""
    given = request.GET.get(name, "").strip()
    return given if len(given) <= MAX_NAME_CHARACTERS and "\0" not in given else ""


def identifier(text: str) -> UUID | None:
    """An id; None if it is none."""
    try:
        return UUID(text) if len(text) <= _LONGEST_ID else None
    except ValueError:
        return None
