"""Plain tables for a terminal, and the same as Markdown."""

from collections.abc import Sequence

Row = Sequence[str]


def plain(head: Row, rows: Sequence[Row]) -> str:
    """Columns as wide as their widest cell, numbers to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [head, *rows]
    )


def markdown(head: Row, rows: Sequence[Row]) -> str:
    """A table of pipes, numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *rows])


def seconds(value: float | None) -> str:
    """A time with a fitting unit and three digits; a dash for None."""
    if value is None:
        return "-"
    for factor, unit in [(1.0, "s"), (1e3, "ms"), (1e6, "us")]:
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def megabytes(value: int | None) -> str:
    """Bytes as megabytes; a dash for None."""
    return "-" if value is None else f"{value / 1e6:.0f} MB"


def percent(value: float | None) -> str:
    """A share as a percentage of three digits; a dash for None."""
    return "-" if value is None else f"{100 * value:.3g} %"
