"""Records scenes at a Document Server: `python -m tests.recorded.record_office URL FILE`.

FILE is what the wrapper of its converter reads: `ok`, `crash` (it ends with 80), `corrupt` (with
86). The secret is that of these tests. More words are the names of scenes; all are recorded else.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from aiohttp import ClientSession

from tests.support.document_server.desk import SECRET
from tests.support.document_server.genuine import Genuine
from tests.support.document_server.play import SCENES, Play, as_lines, file_name
from tests.support.document_server.stage import desk_before

HERE = Path(__file__).parent / "office"


async def recorded(address, mode_file, name):
    mode_file.write_text("ok")
    changes = json.loads((HERE / "changes.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        async with (
            desk_before(Path(folder), address, SECRET) as desk,
            ClientSession() as client,
        ):
            server = Genuine(client, address, SECRET, changes, mode_file)
            return await Play(server, desk).run(SCENES[name])


def main():
    address, mode_file, *names = sys.argv[1:]
    for name in names or SCENES:
        told = asyncio.run(recorded(address, Path(mode_file), name))
        (HERE / file_name(name)).write_text(as_lines(told))
        sys.stdout.write(f"{name}: {told['texts']}\n")


if __name__ == "__main__":
    main()
