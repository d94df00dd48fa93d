"""Records a script of Node against a CouchDB: `python -m tests.recorded.record URL SCRIPT FILE`.

URL is a server's root with a login in it; what follows FILE goes to the script after the address.
"""

import asyncio
import re
import sys
from pathlib import Path

from yarl import URL

from tests.support.recording.proxy import RecordingProxy


async def recorded(target, script, arguments):
    """Run the script through a proxy and return what went through, a line for each exchange."""
    async with RecordingProxy(target) as proxy:
        login = URL(target).raw_authority.rpartition("@")[0]
        address = f"http://{login}@{proxy.host}{URL(target).raw_path}"
        process = await asyncio.create_subprocess_exec("node", script, address, *arguments)
        if await process.wait() != 0:
            raise SystemExit("the script failed: nothing is kept")
    text = "".join(exchange.as_json() + "\n" for exchange in proxy.exchanges)
    _look_for_secrets(text, target, login)
    return text


def _look_for_secrets(text, target, login):
    telling = [*login.split(":"), str(Path.home()), f":{URL(target).port}", "127.0.0.1"]
    found = [word for word in telling if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]
    if found:
        raise SystemExit(f"the recording would tell {found}")


def main():
    target, script, file, *arguments = sys.argv[1:]
    text = asyncio.run(recorded(target, script, arguments))
    Path(file).write_text(text)
    sys.stdout.write(f"{text.count(chr(10))} exchanges\n")


if __name__ == "__main__":
    main()
