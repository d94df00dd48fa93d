"""`python -m benchmarks`: start the servers, measure, print the tables, write the figures."""

import asyncio
import json
import platform
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks import servers
from benchmarks.asking import measure_asking
from benchmarks.ceilings import measure_ceilings
from benchmarks.dav import QUICK as DAV_QUICK
from benchmarks.dav import WHOLE as DAV_WHOLE
from benchmarks.dav import measure_dav
from benchmarks.files import QUICK as FILES_QUICK
from benchmarks.files import WHOLE as FILES_WHOLE
from benchmarks.files import measure_files
from benchmarks.growth import measure_growth
from benchmarks.report import figure, say, table
from benchmarks.rounds import Results, play
from benchmarks.servers import Server
from benchmarks.session import QUICK, WHOLE, Size

STARTS = 5
PARTS = ("documents", "files", "webdav")


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the work, in one round.")
@click.option(
    "--only", type=click.Choice(["documents", "files", "webdav"]), help="One part of it alone."
)
@click.option("--rounds", type=int, default=None, help="Rounds to take the median of (3).")
@click.option("--growth", type=int, default=None, help="Documents of the large database (1000000).")
@click.option("--couchdb", envvar="COUCHDB_URL", help="An Apache CouchDB to compare with.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures here.")
def main(
    *,
    quick: bool,
    only: str | None,
    rounds: int | None,
    growth: int | None,
    couchdb: str | None,
    target: Path | None,
) -> None:
    """Measure documents beside pouchdb-server (and a CouchDB that is named), files beside nginx.

    WebDAV is measured beside those servers that are installed.
    """
    rounds = rounds or (1 if quick else 3)
    measured: dict[str, Results] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(servers.scratch()))
        if only in (None, "documents"):
            size = QUICK if quick else WHOLE
            names, measured["compared"], measured["asked"] = compared_run(
                folder, size, rounds, couchdb
            )
            measured["limits"] = asyncio.run(measure_ceilings(size, folder))
            many = growth or (50_000 if quick else 1_000_000)
            measured["growth"] = growth_run(folder / "growth", many)
            print(compared(measured["compared"], names))
            print("", compared(measured["asked"], names), sep="\n")
            print("", listed(measured["limits"]), "", compared_sizes(measured["growth"]), sep="\n")
        if only in (None, "files"):
            files = FILES_QUICK if quick else FILES_WHOLE
            names, measured["files"] = measure_files(folder, files, rounds)
            print("", compared(measured["files"], names), sep="\n")
        if only in (None, "webdav"):
            (folder / "dav").mkdir()
            size_of_dav = DAV_QUICK if quick else DAV_WHOLE
            names, measured["webdav"] = measure_dav(folder / "dav", size_of_dav, rounds)
            print("", compared(measured["webdav"], names), sep="\n")
    if target is not None:
        target.write_text(json.dumps(figures_of(measured), indent=2) + "\n")


def compared_run(
    folder: Path, size: Size, rounds: int, couchdb: str | None
) -> tuple[list[str], Results, Results]:
    """Measure Foyer beside its peers; return the servers' names and the figures.

    The first are of documents, the second of questions to twice as many of them.
    """
    with ExitStack() as stack:
        measured: list[Server] = [
            stack.enter_context(servers.foyer(folder)),
            stack.enter_context(servers.pouchdb_server(folder)),
        ]
        if couchdb:
            measured.append(stack.enter_context(servers.couchdb(couchdb)))
        else:
            say("no Apache CouchDB: name one with COUCHDB_URL to compare with it")
        results = asyncio.run(play(measured, size, rounds, folder))
        asked = asyncio.run(measure_asking(measured, 2 * size.documents))
    return [server.name for server in measured], results, asked


def growth_run(folder: Path, large: int) -> Results:
    """Measure what growth costs, and a start over what has grown."""
    with servers.foyer(folder) as server:
        results = asyncio.run(measure_growth(server, large))
    for _ in range(STARTS):
        label = f"{large:,} documents"
        results.add("cold start to first answer (s)", label, servers.cold_start(folder))
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


def compared_sizes(results: Results) -> str:
    """Return the table of growth: a column a size, and how much more the large one costs."""
    small, large = list(dict.fromkeys(label for row in results.series.values() for label in row))
    rows = [
        [
            row,
            figure(results.middle(row, small)),
            figure(results.middle(row, large)),
            figure(results.times_better(row, small, large)),
        ]
        for row in results.series
    ]
    return table(["", small, large, "costs, times"], rows)


def listed(results: Results) -> str:
    """Return the table of limits."""
    return table(
        ["limit", "here"], [[row, figure(results.middle(row, "here"))] for row in results.series]
    )


def figures_of(all_figures: dict[str, Results]) -> dict[str, object]:
    """Return all figures, round by round, and what they were measured on."""
    return {
        "machine": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: results.series for name, results in all_figures.items()},
    }


if __name__ == "__main__":
    main()
