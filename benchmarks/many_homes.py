"""Ten thousand homes in one process: how soon they are listed and served, and what they hold.

    python -m benchmarks.many_homes --homes 10000 --touched 100

Writes the records of that many homes, lists them with `foyer instance list`, starts a server over
them, and asks some for something. A second server has only those, asked the same, to compare its
memory. Times are told by the clock and as processor time, which a busy machine falsifies less.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.processes import processor_seconds, resident_mib
from server.instances.owner import Owner
from server.instances.record import InstanceRecord, write_record
from tests.support.running_home import ROOT, RunningHome

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43
ASKED = ("/public/prelogin", "/.well-known/oauth-authorization-server", "/public/avatar")


def domain_of(number: int) -> str:
    return f"home{number:05}.example"


def founded(folder: Path, numbers: Iterable[int]) -> None:
    for number in numbers:
        domain = domain_of(number)
        secret = number.to_bytes(32, "big")
        write_record(
            InstanceRecord(
                folder / "instances" / f"{number:016x}",
                domain,
                (f"www.{domain}",),
                Owner("owner", HASH),
                secret,
                uuid=f"{number:032x}",
            )
        )


def listed(folder: Path) -> int:
    """List the homes as a person does; tell how long it took, and return how many there are."""
    command = [sys.executable, "-m", "server", "instance", "list", "--dir", str(folder)]
    before, begun = spent_by_children(), time.monotonic()
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    took, spent = time.monotonic() - begun, spent_by_children() - before
    print(f"foyer instance list: {took:.2f} s, {spent:.2f} s of processor time")
    return len(told.splitlines())


def spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def served(folder: Path, told: str, touched: range) -> None:
    """Start a server and ask some homes; tell what it held before that, and what after."""
    begun = time.monotonic()
    with RunningHome(folder) as home:
        pid = home.process.pid
        took, spent = time.monotonic() - begun, processor_seconds(pid)
        before = resident_mib(pid)
        for number in touched:
            for path in ASKED:
                ask(home, domain_of(number), path)
        after = resident_mib(pid)
    print(
        f"{told}: first answer after {took:.2f} s, {spent:.2f} s of processor time; "
        f"{before:.0f} MiB, and {after:.0f} MiB once {len(touched)} were asked"
    )


def ask(home: RunningHome, domain: str, path: str) -> None:
    request = urllib.request.Request(home.address + path, headers={"Host": domain})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def measured(make: Callable[[Path], None], look: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        make(folder)
        look(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--homes", type=int, default=10_000)
    parser.add_argument("--touched", type=int, default=100)
    options = parser.parse_args()
    some = range(0, options.homes, max(options.homes // options.touched, 1))[: options.touched]

    def many(folder: Path) -> None:
        for _ in range(3):
            assert listed(folder) == options.homes
        served(folder, f"{options.homes} homes", some)

    measured(lambda folder: founded(folder, range(options.homes)), many)
    measured(
        lambda folder: founded(folder, some),
        lambda folder: served(folder, f"{len(some)} homes", some),
    )


if __name__ == "__main__":
    main()
