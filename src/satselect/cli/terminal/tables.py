"""Tables on a terminal, and what stands in their cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell, the last one as it comes."""
    lines = [titles, *rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        # All but the last column: blanks at the end of a line would make others wrap that fit.
        padded = [cell.ljust(width) for cell, width in zip(line[:-1], widths[:-1], strict=True)]
        yield "  ".join([*padded, line[-1]])


def number(value: float | None) -> str:
    """The number with at most twelve digits; a dash for none."""
    return "-" if value is None else f"{value:.12g}"  # beyond, a sum of floats differs from what was written


def uses(resources: Mapping[str, int]) -> str:
    """The resources with their amounts, where those are not 1."""
    return ", ".join(name if amount == 1 else f"{amount} {name}" for name, amount in resources.items()) or "-"
