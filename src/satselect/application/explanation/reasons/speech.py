"""Numbers, times and lists in sentences, the same for every reader."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["camera"]), listed(["camera", "disk", "proc"])
    ('camera', 'camera, disk and proc')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def cropped(text: str, length: int = 120) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def number(value: float) -> str:
    """As sent, thousands apart.

    >>> number(12_000), number(9.25)
    ('12,000', '9.25')
    """
    return f"{value:,}"


def moment(at: datetime | None) -> str:
    """A time in UTC."""
    return at.astimezone(UTC).strftime("%-d %b %Y %H:%M:%S UTC") if at else "none"


def units(amounts: Mapping[str, int]) -> str:
    """Resources with amounts above one.

    >>> units({"camera": 1, "disk": 2})
    'camera, 2 disk'
    """
    return ", ".join(name if amount == 1 else f"{amount} {name}" for name, amount in amounts.items()) or "none"
