"""Filters in CQL2 (JSON): what an opportunity has to be like, read by a library, and only so much of it as is meant."""

from collections.abc import Iterator, Mapping

from cql2 import Expr

from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.reading.nearest import did_you_mean

Facts = Mapping[str, str | float]

# No functions and no geometries of CQL2: where and when are said apart from the filter.
_ARGUMENTS = {"and": None, "or": None, "not": 1, "in": 2, "between": 3} | dict.fromkeys(
    ("=", "<>", "<", "<=", ">", ">="), 2
)
"""Operator to how many arguments it has; None for two or more."""
_OF_TRUTH = frozenset({"and", "or", "not"})
_WHERE = "/filter"


class Filter:
    """What opportunities have to be like; anything, if there is no document.

    Args:
        document: CQL2 in JSON.
        example: facts of the kind that it will be asked about, by the names that it may use.

    Raises:
        InvalidError: it is no CQL2, uses what isn't meant here, or compares what can't be compared.

    >>> Filter({"op": "<", "args": [{"property": "off_nadir"}, 20]}, {"off_nadir": 0.0}).takes({"off_nadir": 12.5})
    True
    """

    def __init__(self, document: object, example: Facts) -> None:
        self._expression: Expr | None = None
        if document is None:
            return
        if faults := list(_faults(document, example, is_truth=True)):
            raise InvalidError(faults)
        # Its own check against the standard's schema takes a tenth of a second; asked once, it says what fails.
        try:
            self._expression = Expr(document)  # type: ignore[arg-type]
            self._expression.matches(dict(example))
        except Exception:
            raise InvalidError([Fault("is no filter in CQL2", _WHERE)]) from None

    def takes(self, facts: Facts) -> bool:
        """Whether they are like that."""
        return self._expression is None or bool(self._expression.matches(dict(facts)))


def _faults(part: object, names: Facts, *, is_truth: bool) -> Iterator[Fault]:
    """What is wrong with a part, of which something is to be true or a value."""
    if not is_truth and isinstance(part, dict) and part.keys() == {"property"}:
        name = str(part["property"])
        if name not in names:
            yield Fault(f"there is no queryable {name[:100]!r}{did_you_mean(name[:100], names)}", _WHERE)
    elif is_truth:
        yield from _faults_of_operator(part, names)
    # To Python True is an int.
    elif not isinstance(part, str | int | float) or isinstance(part, bool):
        yield Fault("compares a queryable with text or numbers only", _WHERE)


def _faults_of_operator(part: object, names: Facts) -> Iterator[Fault]:
    operator = part.get("op") if isinstance(part, dict) and part.keys() == {"op", "args"} else None
    if not isinstance(part, dict) or not isinstance(operator, str) or operator not in _ARGUMENTS:
        yield Fault(f"must be a condition: op, one of {', '.join(_ARGUMENTS)}, with its args", _WHERE)
        return
    arguments = part["args"]
    wanted = _ARGUMENTS[operator]
    if not isinstance(arguments, list) or (len(arguments) != wanted if wanted else len(arguments) < 2):
        yield Fault(f"{operator} has {wanted or 'two or more'} arguments", _WHERE)
        return
    if operator == "in":
        yield from _faults(arguments[0], names, is_truth=False)
        several = arguments[1]
        if not isinstance(several, list) or not several:
            yield Fault("in looks for a value in a list", _WHERE)
            return
        arguments = several
    for one in arguments:
        yield from _faults(one, names, is_truth=operator in _OF_TRUTH)
    compared = part["args"][:1] + arguments if operator == "in" else arguments
    kinds = {kind for one in compared if operator not in _OF_TRUTH and (kind := _kind(one, names))}
    if len(kinds) > 1:
        yield Fault(f"{operator} compares text with a number", _WHERE)


def _kind(part: object, names: Facts) -> type | None:
    """Text or a number; None if it is neither, or unknown."""
    value = names.get(str(part["property"])) if isinstance(part, dict) and "property" in part else part
    return str if isinstance(value, str) else float if isinstance(value, int | float) else None
