"""Elements of any form that catalogues hand out: the text says which one it is."""

from datetime import datetime

from satselect.orbits.elements.elements import Elements
from satselect.orbits.elements.omm import in_csv, in_json, in_key_values, in_xml
from satselect.orbits.elements.twoline import two_line
from satselect.orbits.errors import ElementsError


def read_elements(text: str | bytes, *, read_at: datetime | None = None) -> list[Elements]:
    """The elements in a text: OMM as JSON, CSV, XML or key-value notation, or two lines each.

    Args:
        text: of one satellite or many, all in one form.
        read_at: when it was read, to be kept with them.

    Raises:
        ElementsError: it holds none, or some that are wrong: names the place, the field and the value.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ElementsError(field="elements", value=text[:40], why="is not text in UTF-8") from None
    plain = text.lstrip("\ufeff \t\r\n")
    first = plain.split("\n", 1)[0]
    if plain.startswith(("{", "[")):
        found = in_json(plain, read_at)
    elif plain.startswith("<"):
        found = in_xml(plain, read_at)
    elif "," in first and "MEAN_MOTION" in first:
        found = in_csv(plain, read_at)
    elif "=" in first or first.startswith("COMMENT"):
        found = in_key_values(plain, read_at)
    else:
        found = two_line(text, read_at)
    if not found:
        raise ElementsError(field="elements", value=text[:40], why="holds no elements")
    return found
