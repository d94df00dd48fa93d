"""Rounds: every server does every row, in turn, so that a noisy minute falls on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.report import say
from benchmarks.rows import ROWS, Row
from benchmarks.servers import Server
from benchmarks.session import Session, Size

Series = dict[str, dict[str, list[float]]]
"""Figures by row and server, one for each round."""


@dataclass(slots=True)
class Results:
    """All figures of a run."""

    series: Series = field(default_factory=dict)

    def add(self, row: str, server: str, figure: float) -> None:
        """Keep a figure."""
        self.series.setdefault(row, {}).setdefault(server, []).append(figure)

    def middle(self, row: str, server: str) -> float | None:
        """Return the median over the rounds."""
        found = self.series.get(row, {}).get(server)
        return median(found) if found else None

    def times_better(self, row: str, server: str, peer: str) -> float | None:
        """Return the median of the rounds' ratios, above 1 where `server` does better."""
        ours, theirs = (self.series.get(row, {}).get(name, []) for name in (server, peer))
        if not (ours and theirs):
            return None
        pairs = [
            (b, a) if less_is_better(row) else (a, b) for a, b in zip(ours, theirs, strict=True)
        ]
        ratios = [a / b for a, b in pairs if b]
        return median(ratios) if ratios else None


def less_is_better(row: str) -> bool:
    """Say whether a row counts time or memory, not work done."""
    return row.endswith(("(ms)", "(s)", "(MiB)", "(KiB)", "(µs)"))


async def play(servers: Sequence[Server], size: Size, rounds: int, folder: Path) -> Results:
    """Play all rounds."""
    results = Results()
    for server in servers:
        note_memory(results, server, "memory, idle (MiB)")
    for number in range(rounds):
        sessions = [
            Session(server, f"bench{number}", size, 1000 + number, folder) for server in servers
        ]
        for session in sessions:
            await session.begin()
        for row in ROWS:
            # Who begins changes from round to round.
            turn = sessions if number % 2 == 0 else sessions[::-1]
            for session in turn:
                await _play_one(results, row, session, f"round {number + 1} of {rounds}")
        for session in sessions:
            await session.end()
    for server in servers:
        note_memory(results, server, "memory, after the run (MiB)")
    return results


async def _play_one(results: Results, row: Row, session: Session, when: str) -> None:
    figures = await row(session)
    for name, figure in figures.items():
        results.add(name, session.server.name, figure)
        say(f"{when}: {session.server.name:15} {name:45} {figure:12,.1f}")


def note_memory(results: Results, server: Server, row: str) -> None:
    """Keep what a server's process holds now."""
    resident = server.resident()
    if resident is not None:
        results.add(row, server.name, resident)
