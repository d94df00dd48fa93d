"""What is said while a run goes on, and the table and the JSON at its end."""

import sys
from collections.abc import Sequence

Cells = Sequence[str]


def say(line: str) -> None:
    """Tell how far the run is, apart from its results."""
    print(line, file=sys.stderr, flush=True)


def figure(value: float | None) -> str:
    """Return a figure with as many digits as it is worth."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def table(head: Cells, rows: Sequence[Cells]) -> str:
    """Return a Markdown table whose columns are aligned."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(line, widths) for line in (head, rule, *rows))


def _line(cells: Cells, widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
    return "| " + " | ".join(padded) + " |"
