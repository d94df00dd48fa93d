"""Where a database stands: an integer inside, opaque text with an epoch outside.

Outside it reads `42-5f0c…`: the number orders, the epoch names the life of the database. A database
restored from a backup starts a new epoch, so a client whose checkpoint lies in the lost future is
recognised and starts over instead of skipping what is written next.
"""

from typing import NamedTuple

from replication.core.errors import Invalid


class UpdateSequence(NamedTuple):
    """How many writes a database has seen in this epoch (an empty epoch stands for any)."""

    number: int
    epoch: str = ""

    def __str__(self) -> str:
        return f"{self.number}-{self.epoch}" if self.epoch else str(self.number)

    @classmethod
    def parse(cls, text: object) -> "UpdateSequence":
        """Read what a client kept: `42-5f0c…`, or a bare `42`, or a JSON number.

        Raises Invalid for anything else.
        """
        if isinstance(text, bool) or not isinstance(text, str | int):
            raise Invalid("bad_request", "Malformed sequence supplied in 'since' parameter.")
        number, _, epoch = str(text).strip('"').partition("-")
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
            raise Invalid("bad_request", "Malformed sequence supplied in 'since' parameter.")
        return cls(int(number), epoch)

    def within(self, current: "UpdateSequence") -> int:
        """Return the number to read on from in a database that stands at `current`.

        A sequence of another epoch, or from beyond the end, says nothing about this one: 0.
        """
        if self.epoch not in ("", current.epoch) or self.number > current.number:
            return 0
        return self.number


_DIGITS = 18  # SQLite's rowids are 64 bits
