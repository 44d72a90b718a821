"""What goes wrong, said on standard error: every fault in one line, whatever a name or a path holds."""

import argparse
import sys
from typing import NoReturn

_WRONG_INPUT = 2


class OneLineParser(argparse.ArgumentParser):
    """A parser whose faults take one line each, like all others, and none for what can be read with --help."""

    def error(self, message: str) -> NoReturn:
        """Ends the process."""
        tell(f"{message}; {self.prog} --help says what can be given")
        self.exit(_WRONG_INPUT)


def tell(*lines: str) -> None:
    """Prints each, in a line of its own."""
    for line in lines:
        print(f"satselect: {one_line(line)}", file=sys.stderr)


def in_one(error: Exception) -> str:
    """What a library says in several lines about one fault."""
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())


def one_line(text: str) -> str:
    r"""The text with its ends of lines, and what moves the cursor of a terminal, written as Python writes them.

    >>> one_line("a\nb")
    'a\\nb'
    """
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
