"""Lines that a process says as they are due; on a screen, how far it is stays in one line."""

import sys
from typing import Protocol

import click

from clients.desktop.program.status_screen import screen_size

_AGAIN = "\r\x1b[K"
"""To the beginning of the line, which is emptied (ECMA-48 8.3.41, EL)."""


class Lines(Protocol):
    """Where lines go."""

    def say(self, line: str) -> None:
        """Say a line that stays."""

    def over(self, line: str) -> None:
        """Say a line that the next one may take the place of."""


class Silence:
    """Lines that nobody reads."""

    def say(self, line: str) -> None:
        """Say nothing."""

    def over(self, line: str) -> None:
        """Say nothing."""


class Printed:
    """Lines of a file or a pipe."""

    def say(self, line: str) -> None:
        """Print a line."""
        click.echo(line)

    over = say


class Drawn:
    """Lines of a terminal."""

    def say(self, line: str) -> None:
        """Print a line in the place of one that was drawn."""
        click.echo(_AGAIN + line)

    def over(self, line: str) -> None:
        """Draw a line, as much of it as fits."""
        click.echo(_AGAIN + line[: screen_size().columns - 1], nl=False)


def lines(*, quiet: bool) -> Lines:
    """Return where lines of this process go."""
    if quiet:
        return Silence()
    return Drawn() if sys.stdout.isatty() else Printed()
