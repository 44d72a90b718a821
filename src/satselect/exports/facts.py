"""What several formats say of a task or a pass: a lasting id, and facts in words."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from satselect.exports.timetable import Contact, PlannedTask, Timetable

# Never changed: the ids that readers keep are made with it.
_IDS = UUID("72789ad8-e336-400d-ad8e-95e8c8e21474")


def ids_of_tasks(plan: Timetable) -> Sequence[UUID]:
    """One for each task, in order: its own, or one made of its reference or name, wherever and whenever it runs.

    A reader that has an earlier plan moves what it has instead of keeping both. No two are the same.
    """
    return _ids(plan.name, [_key_of(task) for task in plan.tasks])


def ids_of_passes(plan: Timetable) -> Sequence[UUID]:
    """One for each pass, in order, made of satellite, station and the minute in which it starts."""
    keys = [("pass", one.satellite, one.station or "", f"{one.start:%Y-%m-%dT%H:%M}") for one in plan.passes]
    return _ids(plan.name, keys)


def uses_of(task: PlannedTask) -> str:
    """As `camera, 3 disk`."""
    return ", ".join(name if units == 1 else f"{units} {name}" for name, units in task.resources.items())


def words_of(details: Mapping[str, object]) -> str:
    """What an opportunity says besides, for people.

    >>> words_of({"mode": "spot", "roll": -12.3, "bands": [1, 2]})
    'mode spot, roll -12.3, bands [1, 2]'
    """
    texts = ((name, is_ if isinstance(is_, str) else as_json(is_)) for name, is_ in details.items())
    return ", ".join(f"{name} {text}" for name, text in texts)


def as_json(value: object) -> str:
    """For a cell, or whatever else holds text only."""
    return json.dumps(value, ensure_ascii=False)


def profit_of(task: PlannedTask) -> str:
    """The number exactly, as short as it can be: `8`, `9.2`."""
    return str(task.profit).removesuffix(".0")


def facts_of(task: PlannedTask) -> dict[str, str]:
    """What is known of a task besides name, place and time; all as text."""
    facts = {
        "profit": profit_of(task),
        "resources": uses_of(task),
        "frozen": "yes" if task.is_frozen else "no",
        "reference": task.reference,
        "details": words_of(task.details),
    }
    return {name: fact for name, fact in facts.items() if fact}


def name_of(one: Contact) -> str:
    """As `sat-1 over Kiruna`."""
    return f"{one.satellite} over {one.station}" if one.station else f"pass of {one.satellite}"


def visible(text: str) -> str:
    """Without what XML and calendars can't hold: control characters but line ends and tabs, and halves of pairs."""
    return "".join(letter for letter in text if _is_text(ord(letter)))


def _is_text(code: int) -> bool:
    is_control = code < 0x20 and code not in (0x09, 0x0A, 0x0D)
    # The last are noncharacters, two at the end of each plane.
    return not (is_control or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE)


def _key_of(task: PlannedTask) -> tuple[str, ...]:
    if task.id is not None:
        return ("id", str(task.id))
    return ("reference", task.reference) if task.reference else ("name", task.name)


def _ids(plan: str, keys: Iterable[tuple[str, ...]]) -> Sequence[UUID]:
    seen: Counter[tuple[str, ...]] = Counter()
    ids = []
    for key in keys:
        is_own = key[0] == "id" and not seen[key]
        # By `repr`, which no two sequences of texts share, however they are cut.
        ids.append(UUID(key[1]) if is_own else uuid5(_IDS, repr((plan, *key, seen[key]))))
        seen[key] += 1
    return ids
