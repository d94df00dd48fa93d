"""The house has floors, and imports only point down.

Each row says which of our packages a package may import besides itself, and which packages of
others besides the standard library. A module answers to its longest row.
"""

import sys

import pytest

from tests.support.source import FLOORS, imported, is_under, modules

INDEX_VALUES = (
    "replication.index.rows",
    "replication.index.definition",
    "replication.store.index_protocol",
)
TEXT_VALUES = (
    "replication.text.definition",
    "replication.text.question",
    "replication.store.text_protocol",
)
PORTS = ("replication.store.protocol", "replication.blobs.protocol")
NOTIFIER = "replication.feed.notifier"  # what an engine wakes those who wait with

ALLOWED = {
    "replication": ((), ()),
    "replication.core": ((), ()),
    "replication.query": (("replication.core",), ()),
    "replication.index": (
        ("replication.core", "replication.query", *PORTS, *INDEX_VALUES),
        ("msgspec",),
    ),
    "replication.text": (("replication.core", PORTS[0], "replication.store.text_protocol"), ()),
    "replication.mango": (
        (
            *("replication.core", "replication.query", "replication.index", "replication.wire"),
            *(*PORTS, *INDEX_VALUES),
        ),
        ("msgspec",),
    ),
    "replication.wire": (("replication.core", PORTS[0]), ("msgspec",)),
    "replication.store": (("replication.core", NOTIFIER, *INDEX_VALUES, *TEXT_VALUES), ()),
    "replication.store.sqlite": (
        ("replication.core", NOTIFIER, *PORTS, *INDEX_VALUES, *TEXT_VALUES),
        ("apsw", "msgspec"),
    ),
    "replication.store.couch": (
        (
            *("replication.core", "replication.wire", "replication.couch", "replication.store"),
            *(NOTIFIER, "replication.replicator.peer"),
        ),
        ("aiohttp", "msgspec"),
    ),
    "replication.blobs": (("replication.core",), ()),
    "replication.chunks": ((), ("msgspec", "pyfastcdc")),
    "replication.blobs.s3": (("replication.core", "replication.blobs"), ("obstore",)),
    "replication.blobs.sealed": (("replication.core", "replication.blobs"), ("cryptography",)),
    "replication.feed": (("replication.core", PORTS[0]), ()),
    "replication.replicator": (("replication.core", "replication.feed", *PORTS), ()),
    "replication.couch": (
        ("replication.core", "replication.wire", "replication.replicator"),
        ("aiohttp", "msgspec", "yarl"),
    ),
    "webdav": ((), ("defusedxml",)),
    "doctypes": (
        ("replication.core", "replication.feed", "replication.text.definition", *PORTS),
        ("msgspec",),
    ),
    "doctypes.contents": ((), ("defusedxml", "pypdfium2")),
    "clients": (
        ("replication.core", "replication.wire", "replication.replicator"),
        ("aiohttp", "msgspec", "yarl"),
    ),
    "clients.desktop.disk": (
        ("clients.desktop.model", "replication.chunks"),
        ("pathspec", "watchfiles"),
    ),
    "clients.desktop.home": (
        ("clients.desktop.model", "replication.chunks"),
        ("aiohttp", "msgspec", "multidict", "yarl"),
    ),
    "clients.desktop.model": ((), ()),
    "clients.desktop.trees": (
        ("clients.desktop.model", "clients.desktop.disk.port", "clients.desktop.home.port"),
        ("apsw",),
    ),
    "clients.desktop.planner": (
        (
            *("clients.desktop.model", "clients.desktop.trees"),
            *("clients.desktop.disk.port", "clients.desktop.home.port"),
        ),
        (),
    ),
    "clients.desktop.engine": (
        (
            *("clients.desktop.model", "clients.desktop.trees", "clients.desktop.planner"),
            *("clients.desktop.disk.port", "clients.desktop.home.port", "replication.chunks"),
        ),
        (),
    ),
    "clients.desktop.local": (
        (
            *("clients.desktop.engine.status", "clients.desktop.home.credentials"),
            *("clients.desktop.model", "clients.desktop.disk.port"),
        ),
        ("msgspec", "platformdirs"),
    ),
    "clients.desktop.window": (
        (
            *("clients.desktop.local", "clients.desktop.home.client"),
            *("clients.desktop.home.device", "clients.desktop.home.port"),
        ),
        ("aiohttp", "msgspec"),
    ),
    "clients.desktop.tray": (
        ("clients.desktop.local", "clients.desktop.window"),
        ("PIL", "pystray"),
    ),
    "clients.desktop.replica": (
        (
            *("clients.desktop.local", "clients.desktop.home.client"),
            *("clients.desktop.home.credentials", "clients.desktop.home.port"),
            *("replication.core", "replication.replicator", "replication.couch", *PORTS),
        ),
        ("aiohttp", "msgspec"),
    ),
    "clients.desktop.replica.opening": (("replication",), ()),
    "clients.desktop.door": (
        (
            *("clients.desktop.local", "clients.desktop.replica", "clients.desktop.home.client"),
            *(
                "clients.desktop.home.port",
                "webdav",
                "replication.core",
                "replication.wire",
                *PORTS,
            ),
        ),
        ("aiohttp", "msgspec"),
    ),
    "clients.desktop.ondemand": (
        (
            *("clients.desktop.local", "clients.desktop.replica", "clients.desktop.home.client"),
            *("clients.desktop.home.port", "replication.core.sequence"),
        ),
        ("aiohttp", "mfusepy"),
    ),
    "clients.desktop.program": (
        ("clients.desktop",),
        ("aiohttp", "click", "msgspec"),
    ),
    "server": (
        ("replication", "webdav", "doctypes"),
        (
            *("aiohttp", "multidict", "yarl", "msgspec", "click"),
            *("jwt", "cryptography", "prometheus_client", "platformdirs"),
            *("jinja2", "fido2", "aiosmtplib", "segno"),
        ),
    ),
    "server.wopi": (
        ("replication", "webdav", "doctypes", "server"),
        ("aiohttp", "msgspec", "cryptography", "defusedxml", "yarl"),
    ),
    "server.functions": (("replication",), ("msgspec", "quickjs")),
    "server.media": (
        ("replication", "doctypes", "server"),
        ("aiohttp", "msgspec", "PIL", "pypdfium2", "pi_heif"),
    ),
}
SERVING = "aiohttp.web"
SERVERS = ("server", "clients.desktop.window", "clients.desktop.door")
ENGINES = (
    "replication.store.memory",
    "replication.store.sqlite",
    "replication.store.couch",
    "replication.blobs.local",
    "replication.blobs.memory",
    "replication.blobs.s3",
)
COMPOSITION = ("server.app", "server.engines", "replication", "clients.desktop.replica.opening")


def refusals(path, module):
    """Return what is wrong with a module's imports."""
    home = max((row for row in ALLOWED if is_under(module, row)), key=len)
    ours, outside = ALLOWED[home]
    wrong = []
    for name in imported(path, module):
        top = name.partition(".")[0]
        if top in FLOORS:
            allowed = any(is_under(name, package) for package in (home, *ours))
        else:
            allowed = top in sys.stdlib_module_names or top in outside
        if is_under(name, SERVING) and not any(is_under(module, it) for it in SERVERS):
            allowed = False
        if not allowed:
            wrong.append(f"{module} may not import {name}")
    return wrong


@pytest.mark.parametrize(("path", "module"), modules(), ids=str)
def test_imports_point_down(path, module):
    assert refusals(path, module) == []


@pytest.mark.parametrize(("path", "module"), modules(), ids=str)
def test_engines_are_named_where_the_house_is_put_together_alone(path, module):
    if any(is_under(module, place) for place in COMPOSITION):
        return
    engines = [n for n in imported(path, module) if any(is_under(n, engine) for engine in ENGINES)]
    assert engines == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("replication.core.planted", "import msgspec"),
        ("replication.core.planted", "from replication.store.protocol import Database"),
        ("replication.feed.planted", "from replication.store.sqlite.store import SqliteDatabase"),
        ("webdav.planted", "from replication.core.errors import Conflict"),
        ("webdav.planted", "import aiohttp"),
        ("doctypes.planted", "import replication.store.memory"),
        ("clients.planted", "from aiohttp import web"),
        ("server.planted", "import clients"),
        ("server.planted", "import requests"),
    ],
)
def test_a_planted_violation_is_found(tmp_path, module, line):
    planted = tmp_path / "planted.py"
    planted.write_text(line)
    assert len(refusals(planted, module)) == 1
