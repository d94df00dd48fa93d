"""`python -m benchmarks`: start the servers, measure, print the table, write the figures."""

import asyncio
import json
import platform
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks import servers
from benchmarks.ceilings import measure_ceilings
from benchmarks.report import figure, say, table
from benchmarks.rounds import Results, play
from benchmarks.servers import Server
from benchmarks.session import QUICK, WHOLE, Size


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the work, in one round.")
@click.option("--rounds", type=int, default=None, help="Rounds to take the median of (3).")
@click.option("--couchdb", envvar="COUCHDB_URL", help="An Apache CouchDB to compare with.")
@click.option("--peers/--no-peers", default=True, help="Whether to compare at all.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures here.")
def main(
    *, quick: bool, rounds: int | None, couchdb: str | None, peers: bool, target: Path | None
) -> None:
    """Measure Foyer's document engine beside pouchdb-server and, if one is named, CouchDB."""
    rounds = rounds or (1 if quick else 3)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(servers.scratch()))
        measured = [stack.enter_context(servers.foyer(folder))]
        if peers and servers.POUCHDB_SERVER.exists():
            measured.append(stack.enter_context(servers.pouchdb_server(folder)))
        elif peers:
            say("pouchdb-server is not there: run `npm ci --ignore-scripts` in benchmarks/peers")
        if peers and couchdb:
            measured.append(stack.enter_context(servers.couchdb(couchdb)))
        results = asyncio.run(measure(measured, QUICK if quick else WHOLE, rounds, folder))
    names = [server.name for server in measured]
    print(compared(results, names))
    if target is not None:
        target.write_text(json.dumps(figures_of(results), indent=2) + "\n")


async def measure(measured: list[Server], size: Size, rounds: int, folder: Path) -> Results:
    """Measure everything."""
    results = await play(measured, size, rounds, folder)
    await measure_ceilings(results, size, folder)
    return results


def compared(results: Results, names: list[str]) -> str:
    """Return the table: a row a kind of work, a column a server, and how many times better."""
    ours, *others = names
    head = ["", *names, *(f"times {name}" for name in others)]
    rows = [
        [
            row,
            *(figure(results.middle(row, name)) for name in names),
            *(figure(results.times_better(row, ours, name)) for name in others),
        ]
        for row in results.series
    ]
    return table(head, rows)


def figures_of(results: Results) -> dict[str, object]:
    """Return all figures, round by round, and what they were measured on."""
    return {
        "machine": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "series": results.series,
    }


if __name__ == "__main__":
    main()
