"""How far back it is known what left its place: where the files stood, day by day, for as long.

Notes of departures would grow for ever, so those older than KEPT are forgotten. A client that comes
back with a token from before is told to begin again (RFC 6578 3.2, `valid-sync-token`).
"""

from datetime import date, timedelta

import msgspec

KEPT = timedelta(days=90)
"""How long a token stays good, at least."""

PLACE = "_local/departures"


class Milestones(msgspec.Struct, frozen=True):
    """`days` are days in ISO's form, each with the sequence that the files had reached on it.

    Nothing is known of departures up to the sequence `forgotten`.
    """

    forgotten: int = 0
    days: tuple[tuple[str, int], ...] = ()

    def on(self, today: date, sequence: int) -> "Milestones":
        """Return them with this day, less those that are over; the first look of a day counts."""
        days = self.days
        if not days or days[-1][0] < today.isoformat():
            days = (*days, (today.isoformat(), sequence))
        end = (today - KEPT).isoformat()
        over = [reached for day, reached in days if day <= end]
        return Milestones(
            max([self.forgotten, *over]), tuple((day, at) for day, at in days if day > end)
        )


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Milestones).decode
