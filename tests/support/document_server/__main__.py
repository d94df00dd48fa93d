"""A Document Server for tests, as a program: `python -m tests.support.document_server`.

It prints one line of JSON with its address once it listens, and ends with its standard input, so
that it never outlives the test that started it.
"""

import argparse
import asyncio
import json
import sys

import aiohttp
from aiohttp import web

from tests.support.document_server.callbacks import Reporter
from tests.support.document_server.control import Control
from tests.support.document_server.editing import DocumentServer
from tests.support.document_server.saved_files import SavedFiles


async def serve(secret: str, scale: float, port: int) -> None:
    files = SavedFiles(secret)
    async with aiohttp.ClientSession() as client:
        server = DocumentServer(client, secret, Reporter(client, secret, scale), files, scale)
        app = web.Application(client_max_size=256 << 20)
        app.add_routes(Control(server).routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        files.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        print(json.dumps({"address": files.base}), flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the real pace")
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.secret, chosen.scale, chosen.port))


if __name__ == "__main__":
    main()
