"""Two-line elements, with all that can be checked of them: columns, checksums, that both lines are of one satellite."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from satselect.orbits.elements.elements import Elements
from satselect.orbits.errors import ElementsError

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O, which look like digits
_LENGTH = 69  # columns, the last of which is the checksum
# Two digits of a year: from Sputnik's on they are of the last century.
_TURN_OF_CENTURY = 57


def two_line(text: str, read_at: datetime | None = None) -> list[Elements]:
    """The elements in a text of two lines each, a line with the name before them or not.

    Raises:
        ElementsError: names line, field and value of what is wrong.
    """
    return [_elements(*lines, read_at) for lines in _sets(text)]


def _sets(text: str) -> Iterator[tuple[str, int, str, str]]:
    name, first, place = "", "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if not line or line.startswith("#"):
            continue
        if first:
            if not line.startswith("2 "):
                raise _wrong(number, "line", line, "must be the second line of the elements above, and begin with 2")
            yield name, place, first, line
            name, first = "", ""
        # A name may begin with "1 " as well, but no name is that long.
        elif line.startswith("1 ") and len(line) > _LENGTH // 2:
            first, place = line, number
        elif line.startswith("2 ") and len(line) > _LENGTH // 2:
            raise _wrong(number, "line", line, "is a second line without a first one")
        elif name:
            raise _wrong(number, "line", line, "is neither a name nor the first of two lines of elements")
        else:
            # The form with three lines marks the name with a 0.
            name, place = line.removeprefix("0 ").strip(), number
    if first or name:
        raise _wrong(place, "line", first or name, "is not followed by all its lines")


def _elements(name: str, place: int, first: str, second: str, read_at: datetime | None) -> Elements:
    for number, line in ((place, first), (place + 1, second)):
        _check(number, line)
    if first[2:7] != second[2:7]:
        raise _wrong(place + 1, "number", second[2:7], f"is not that of the line above, {first[2:7]!r}")
    # Type 4 is SGP4-XP: its elements look the same, and SGP4 makes wrong places of them.
    if first[62] not in " 0":
        raise _wrong(place, "ephemeris type", first[62], "are not elements of SGP4")
    try:
        return Elements(
            number=_catalogue_number(place, first[2:7]),
            name=name,
            epoch=_epoch(place, first[18:32]),
            mean_motion_dot=_decimal(place, "mean_motion_dot", first[33:43]),
            mean_motion_ddot=_power(place, "mean_motion_ddot", first[44:52]),
            bstar=_power(place, "bstar", first[53:61]),
            designator=_designator(first[9:17].strip()),
            inclination=_decimal(place + 1, "inclination", second[8:16]),
            raan=_decimal(place + 1, "raan", second[17:25]),
            # The point before the digits goes without saying.
            eccentricity=_decimal(place + 1, "eccentricity", "0." + second[26:33].replace(" ", "0")),
            argument_of_perigee=_decimal(place + 1, "argument_of_perigee", second[34:42]),
            mean_anomaly=_decimal(place + 1, "mean_anomaly", second[43:51]),
            mean_motion=_decimal(place + 1, "mean_motion", second[52:63]),
            read_at=read_at,
        )
    except ElementsError as error:
        if error.where.startswith("line "):
            raise
        raise _wrong(place, error.field, error.value, error.why) from None


def _check(number: int, line: str) -> None:
    if len(line) != _LENGTH or not line.isascii():
        raise _wrong(number, "line", line, f"must have {_LENGTH} plain characters, not {len(line)}")
    # Digits as they are, a minus as 1, all else as nothing.
    total = sum(int(letter) if letter.isdigit() else letter == "-" for letter in line[:-1]) % 10
    if line[-1] != str(total):
        raise _wrong(number, "checksum", line[-1], f"is wrong: the line adds up to {total}")


def _catalogue_number(number: int, text: str) -> int:
    """Five digits, or a letter for the first two of six ("Alpha-5")."""
    first, rest = text.strip()[:1], text.strip()[1:]
    if first in _LETTERS and first and len(rest) == 4 and rest.isdigit():
        return (10 + _LETTERS.index(first)) * 10_000 + int(rest)
    if text.strip().isdigit():
        return int(text)
    raise _wrong(number, "number", text, "is not a catalogue number")


def _epoch(number: int, text: str) -> datetime:
    year, days = _decimal(number, "epoch", text[:2]), _decimal(number, "epoch", text[2:])
    if not 1 <= days < 367:
        raise _wrong(number, "epoch", text, "is no day of a year")
    century = 1900 if year >= _TURN_OF_CENTURY else 2000
    return datetime(century + int(year), 1, 1, tzinfo=UTC) + timedelta(days=days - 1)


def _designator(text: str) -> str:
    if not text[:5].isdigit():
        return text
    return f"{'19' if int(text[:2]) >= _TURN_OF_CENTURY else '20'}{text[:2]}-{text[2:].strip()}"


def _power(number: int, of: str, text: str) -> float:
    """A number like " 12345-3": a decimal point before the digits, a power of ten after them."""
    if not text.strip():
        return 0.0
    mantissa, exponent = text[:6].strip(), text[6:].strip()
    sign = "-" if mantissa.startswith("-") else ""
    return _decimal(number, of, f"{sign}0.{mantissa.lstrip('+-').strip()}e{exponent or '0'}", shown=text)


def _decimal(number: int, of: str, text: str, shown: str | None = None) -> float:
    plain = text.strip()
    try:
        if "_" in plain or " " in plain.lstrip("+-").strip():
            raise ValueError
        return float(plain.replace(" ", ""))
    except ValueError:
        raise _wrong(number, of, text if shown is None else shown, "is not a number") from None


def _wrong(number: int, of: str, value: object, why: str) -> ElementsError:
    return ElementsError(field=of, value=value, why=why, where=f"line {number}")
