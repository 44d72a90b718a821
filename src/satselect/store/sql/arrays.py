"""Arrays as PostgreSQL reads them: psycopg makes each in Python, and asks every value in turn what type it is.

The statement says the type. Sent as text an array has none of its own, so that a prepared statement fits whatever is in
it: psycopg tells small numbers from larger ones, and nothing from text, and has each prepared by itself.
"""

from collections.abc import Sequence

_NUMBERS = frozenset({int, float})


def array_text(values: Sequence[object]) -> str:
    r"""The text of an array of these numbers, texts, truths and Nones.

    Raises:
        TypeError: one is something else.

    >>> array_text([1, 2.5]), array_text([None, True])
    ('{1,2.5}', '{NULL,t}')
    >>> print(array_text(['say "NULL"', "back\\slash"]))
    {"say \"NULL\"","back\\slash"}
    """
    one = repr if _NUMBERS.issuperset(map(type, values)) else _element
    return f"{{{','.join(map(one, values))}}}"


def _element(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case bool():
            return "t" if value else "f"
        case int() | float():
            return format(value)
    raise TypeError(f"{type(value).__name__} is no value of an array")
