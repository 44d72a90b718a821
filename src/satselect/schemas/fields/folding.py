"""When two names are one; without pydantic, which the command line does without until it reads a file."""

import re
import unicodedata

# Nothing is drawn for these, though they are letters, marks or unassigned (Unicode's Default_Ignorable_Code_Point).
_NOT_DRAWN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)


def folded(name: str) -> str:
    """The name that all names have which differ from it in how they are typed only; it may be nothing at all.

    Compatible characters are the same (NFKC), and so is any run of blanks; those at the edges, and what isn't drawn,
    don't count. Capitals do.

    >>> folded(" \uff47round\u3000 antenna"), folded("Antenna")
    ('ground antenna', 'Antenna')
    """
    return " ".join(unicodedata.normalize("NFKC", _NOT_DRAWN.sub("", name)).split())
