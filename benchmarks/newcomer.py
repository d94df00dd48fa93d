"""`python -m benchmarks.newcomer`: from `make run` to the first file shared by link, by the clock.

The tree is taken as it is committed, without an environment; `make run` makes one, a browser signs
in with the password that the first start prints, sends a file, shares it by a link, and somebody
else opens that. So the packages come from the index too, as they do for a newcomer.
"""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.chromium import Tab, chromium
from tests.support.running_home import ROOT, free_port
from tests.support.web_app import act, choose_files, click, row

PATIENCE = 300.0
_PASSWORD = re.compile(r"Password\s+(\S+)")


class Way:
    """The steps of the way, each with the seconds since the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def reached(self, step: str) -> None:
        """Say that a step is done."""
        print(f"{time.monotonic() - self._began:7.1f} s  {step}", flush=True)


@contextmanager
def first_start(folder: Path, port: int, way: Way) -> Iterator[str]:
    """Run `make run` in a fresh tree; yields the password that it prints, once it answers."""
    tree = folder / "foyer"
    tree.mkdir()
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x"], cwd=tree, input=packed.stdout, check=True)
    command = ["make", "run", f"PORT={port}", f"DATA={folder / 'data'}"]
    process = subprocess.Popen(
        command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _password(process, way)
    finally:
        process.terminate()
        process.wait(30)


def _password(process: "subprocess.Popen[str]", way: Way) -> str:
    password, told = "", []
    assert process.stdout is not None
    for line in process.stdout:
        told.append(line)
        found = _PASSWORD.search(line)
        password = found[1] if found else password
        if "Ctrl-C" in line:
            way.reached("make run: the home is open, and says its address and password")
            return password
    raise SystemExit("make run ended:\n" + "".join(told))


async def share(tab: Tab, address: str, password: str, file: Path, way: Way) -> str:
    """Sign in, send a file, and make a link to it; return where that leads."""
    await tab.shape(1100, 800, "en")
    await tab.go(address)
    await tab.type("#passphrase", password)
    await tab.enter()
    await tab.until("location.pathname === '/' && document.querySelector('#upload')")
    way.reached("signed in, the app is open")
    await choose_files(tab, file)
    await tab.until(f"{row(file.name)} && !document.querySelector('.standing progress')")
    way.reached("a file is sent")
    await act(tab, file.name, "Share")
    await click(tab, "dialog form [type=submit]")
    await tab.until("document.querySelector('dialog .address')")
    way.reached("a link is made")
    link = await tab.run("document.querySelector('dialog .address').innerText")
    return str(link)


async def main() -> None:
    """Walk the way, and print when each step was reached."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("chromium is not installed")
    with tempfile.TemporaryDirectory() as scratch:
        folder, port, way = Path(scratch), free_port(), Way()
        file = folder / "holidays.txt"
        file.write_text("Three weeks at the sea.\n")
        with first_start(folder, port, way) as password:
            address = f"http://localhost:{port}/"
            async with chromium(program, folder / "newcomer") as tab:
                link = await share(tab, address, password, file, way)
            async with chromium(program, folder / "stranger") as tab:
                await tab.shape(390, 844, "en")
                await tab.go(link)
                await tab.until("document.body.innerText.includes('holidays.txt')")
                way.reached("somebody else sees the file")


if __name__ == "__main__":
    asyncio.run(main())
