"""Checks what people hand in, once, at the door: what has passed here is trusted everywhere else."""

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from sys import intern
from typing import TypeGuard

from satselect.engine.problem.errors import InvalidArgumentError, InvalidCapacityError, InvalidTaskError

MAX_AMOUNT = 10**12
"""The largest amount and capacity: sums of millions of them stay exact in 64 bits."""

MAX_PROFIT = 1e300
"""The largest profit: sums of millions of them are still floats."""

_TWICE = "must name each resource once, or give an amount"


def seconds(field: str, value: object) -> float | None:
    """A time limit, if it is one."""
    if value is None:
        return None
    if not isinstance(value, Real) or isinstance(value, bool) or not float(value) >= 0:  # `not >=`: NaN is refused
        raise InvalidArgumentError(field=field, value=value, why="must be a number of seconds, 0 or more, or None")
    return float(value)


def function(field: str, value: object) -> None:
    """Lets pass what can be called, and None."""
    if value is not None and not callable(value):
        raise InvalidArgumentError(field=field, value=value, why="must be a function or None")


def listed(field: str, value: object) -> tuple[object, ...]:
    """The things to go through one by one, if they can be."""
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise InvalidArgumentError(field=field, value=value, why="must be a list of satselect.Task")
    return tuple(value)


def mapping(field: str, value: object) -> Mapping[object, object]:
    """What is given by name."""
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(field=field, value=value, why="must be a mapping by name")
    return value


def satellite_name(name: object) -> None:
    """Lets the name of a satellite pass."""
    if not _is_name(name):
        raise InvalidArgumentError(field="satellites", value=name, why="names must be text that is not blank")


def task_name(name: object) -> str:
    """The name, if it is one."""
    if not _is_name(name):
        raise InvalidTaskError(task=name, field="name", why="must be text that is not blank", value=name)
    return name


def amounts(task: str, resources: Iterable[str] | Mapping[str, int]) -> dict[str, int]:
    """The amount of each resource that a task uses, the names interned."""
    if isinstance(resources, Mapping):
        names = list(resources)
        given = dict(resources)
    elif isinstance(resources, Iterable) and not isinstance(resources, str | bytes):
        names = list(resources)
        given = dict.fromkeys(names, 1) if all(map(_is_name, names)) else {}
    else:
        raise InvalidTaskError(
            task=task, field="resources", why="must be a list of names or a mapping to amounts", value=resources
        )
    for name in names:
        if not _is_name(name):
            raise InvalidTaskError(task=task, field="resources", why="must hold names of resources", value=name)
        if not _is_whole(given[name]) or not 1 <= given[name] <= MAX_AMOUNT:
            why = f"the amount of {name!r} must be a whole number from 1 to {MAX_AMOUNT}"
            raise InvalidTaskError(task=task, field="resources", why=why, value=given[name])
    if len(given) < len(names):  # a mapping names nothing twice, a list may
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidTaskError(task=task, field="resources", why=_TWICE, value=twice)
    # A subclass of text can't be interned; what it says can.
    return {intern(str.__str__(name)): int(amount) for name, amount in given.items()}


def profit(task: str, value: object) -> float:
    """The profit as a float."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise InvalidTaskError(task=task, field="profit", why="must be a number", value=value)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not 0 <= number < math.inf:
        raise InvalidTaskError(task=task, field="profit", why="must be finite and >= 0", value=value)
    if number != value:
        raise InvalidTaskError(
            task=task, field="profit", why="must have no more digits than a float holds", value=value
        )
    if number > MAX_PROFIT:
        raise InvalidTaskError(task=task, field="profit", why=f"must be at most {MAX_PROFIT:g}", value=value)
    return number + 0.0  # no negative zero


def satellites(task: str, names: Iterable[str] | None) -> tuple[str, ...] | None:
    """The satellites that a task may run on, each once; None for any."""
    if names is None:
        return None
    if isinstance(names, str | bytes) or not isinstance(names, Iterable):
        raise InvalidTaskError(task=task, field="satellites", why="must be a list of names", value=names)
    listed = tuple(names)
    for name in listed:
        if not _is_name(name):
            raise InvalidTaskError(task=task, field="satellites", why="must hold names of satellites", value=name)
    return tuple(dict.fromkeys(listed)) or None


def capacity(resource: object, units: object) -> int:
    """The capacity of a resource."""
    if not _is_name(resource):
        raise InvalidCapacityError(resource=resource, why="must be of a resource that has a name, of text")
    if not _is_whole(units) or not 0 <= units <= MAX_AMOUNT:
        raise InvalidCapacityError(resource=resource, why=f"must be a whole number from 0 to {MAX_AMOUNT}", value=units)
    return int(units)


def _is_name(name: object) -> TypeGuard[str]:
    return isinstance(name, str) and bool(name.strip())


def _is_whole(amount: object) -> TypeGuard[int]:
    # Nearly all are plain ones, and to ask whether something is of an abstract type takes ten times as long.
    return type(amount) is int or (isinstance(amount, Integral) and not isinstance(amount, bool))
