"""`python -m tests.support.screens FOLDER [GROUP...]`: pictures of every page, and sheets of them.

Each state is taken in both languages, both themes, 390 and 1440 pixels wide; `FOLDER/sheets` has
those of one state and width beside each other. GROUP names functions of `app_states` and
`page_states`. What cannot be reached is told, and the rest goes on.
"""

import asyncio
import shutil
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tests.support.chromium import chromium
from tests.support.post_office import PostOfficeOpen, post_office
from tests.support.running_home import RunningHome
from tests.support.screens import app_states, homes, page_states
from tests.support.screens.camera import LANGUAGES, SIZES, Camera, sheet_of
from tests.support.web_app import enter

Subject = TypeVar("Subject")
Group = Callable[[Subject], Awaitable[None]]


async def walk(groups: Iterable[Group[Subject]], wanted: list[str], subject: Subject) -> int:
    """Go through groups of states; returns how many could not be gone through."""
    failed = 0
    for group in groups:
        name = getattr(group, "__name__", "")
        if wanted and name not in wanted:
            continue
        sys.stdout.write(f"{name}\n")
        try:
            await group(subject)
        except Exception:  # noqa: BLE001  # one that is not reached keeps nobody from the others
            traceback.print_exc()
            failed += 1
    return failed


async def look(
    folder: Path, wanted: list[str], language: str, home: RunningHome, office: PostOfficeOpen
) -> int:
    """Take the pictures in one language; returns how many groups failed."""
    program, failed = shutil.which("chromium") or "chromium", 0
    with tempfile.TemporaryDirectory() as scratch, homes.not_set_up(Path(scratch, "new")) as set_up:
        async with chromium(program, Path(scratch, "pages")) as tab:
            visit = page_states.Visit(Camera(tab, folder, language), home, office, set_up)
            failed += await walk(page_states.STATES + page_states.STILL, wanted, visit)
        async with chromium(program, Path(scratch, "app")) as tab:
            await enter(tab, home, language)
            within = app_states.Walk(Camera(tab, folder, language), home)
            failed += await walk(app_states.STATES, wanted, within)
    return failed


async def look_in_all_languages(folder: Path, wanted: list[str]) -> int:
    """Take all pictures; returns how many groups failed."""
    failed = 0
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as scratch:
            async with post_office() as office:
                with homes.lived_in(Path(scratch, "home"), office.port) as home:
                    failed += await look(folder, wanted, language, home, office)
    return failed


def main(folder: Path, wanted: list[str]) -> int:
    """Take pictures into a folder, and make its sheets."""
    (folder / "sheets").mkdir(parents=True, exist_ok=True)
    failed = asyncio.run(look_in_all_languages(folder, wanted))
    for state in sorted({path.name.split(".")[0] for path in folder.glob("*.png")}):
        for width, _ in SIZES:
            sheet_of(folder, state, width)
    return failed


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
