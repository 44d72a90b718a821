"""Which role may do what, and see how much: one table, which every edge and every use case asks.

Nothing else compares roles (`tests/architecture` sees to it): a new role is a line here, a new rule a function here or
in `visibility`, which says of each kind of row what exists for whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from satselect.store.models import Fleet, Role, User


class Right(Enum):
    """What somebody may do with what they see."""

    READ = auto()
    """Look at it, and follow its events."""
    SUBMIT = auto()
    """Hand in tasks, change and cancel them, ask why they wait."""
    REPORT = auto()
    """Say that a scheduled task was executed, or could not be."""
    OPERATE = auto()
    """Change fleets, satellites, resources and outages; order iterations; read the audit and the metrics."""
    ADMINISTER = auto()
    """Make and change accounts, users, passwords and keys of others."""


class Sight(Enum):
    """How much of what there is exists for somebody."""

    ALL = auto()
    ACCOUNT = auto()
    """What the account submitted, and in the fleets what isn't anybody's."""
    EXECUTED = auto()
    """Of the fleets that were named to them what is scheduled, or was."""


@dataclass(frozen=True, slots=True)
class _Rule:
    sight: Sight
    rights: frozenset[Right]
    has_usual_quota: bool = False
    """At most so many tasks of theirs wait, unless another number was set for the user."""


_READS = frozenset({Right.READ})
_OPERATES = _READS | {Right.SUBMIT, Right.REPORT, Right.OPERATE}

_RULES: Mapping[str, _Rule] = {
    Role.CUSTOMER: _Rule(Sight.ACCOUNT, _READS | {Right.SUBMIT}, has_usual_quota=True),
    Role.EXECUTOR: _Rule(Sight.EXECUTED, _READS | {Right.REPORT}),
    Role.OPERATOR: _Rule(Sight.ALL, _OPERATES),
    Role.ADMIN: _Rule(Sight.ALL, _OPERATES | {Right.ADMINISTER}),
}


def may(user: User, right: Right) -> bool:
    """Whether the role of the user gives this right."""
    return role_gives(user.role, right)


def role_gives(role: str, right: Right) -> bool:
    """Whether the role includes this right."""
    return right in _RULES[role].rights


def sight_of(user: User) -> Sight:
    """How much exists for the user."""
    return _RULES[user.role].sight


def sees_all(user: User | None) -> bool:
    """Whether nothing is hidden from the user, or from the service itself (None)."""
    return user is None or sight_of(user) is Sight.ALL


def sees_name_of(user: User, other: User) -> bool:
    """Whether the user is told that it was this one who did something: only of others of the account, or of all."""
    return sees_all(user) or other.account_id == user.account_id


def sees_break_even(user: User, fleet: Fleet) -> bool:
    """Whether the user is told from which profit a task would be selected: it tells of what others offer."""
    return sees_all(user) or fleet.shows_break_even


def has_usual_quota(user: User) -> bool:
    """Whether the usual limit of waiting tasks holds for the user, where no other was set."""
    return _RULES[user.role].has_usual_quota


def needs_fleets(role: str) -> bool:
    """Whether users of that role see nothing before fleets are assigned to them."""
    return _RULES[role].sight is Sight.EXECUTED


def executes(user: User) -> bool:
    """Whether what is scheduled is for the user to run: what they fetch of it, they have."""
    return sight_of(user) is Sight.EXECUTED


def acts_for_own_account(role: str) -> bool:
    """Whether users of that role act for an account of their own, where none is named; else for the operator's."""
    return _RULES[role].sight is Sight.ACCOUNT


def role_named(text: str) -> Role:
    """The role of that name, or the one that may least."""
    return Role(text) if text in Role.values else Role.CUSTOMER
