"""Clock, randomness and environment come in by the front door, and nowhere else."""

import pytest

from tests.support.source import is_under, modules, used

READERS = ("server.settings", "clients.desktop.local.environment")  # one for each program
ENVIRONMENT = ("os.environ", "os.getenv", "os.environb")
WORLD = (
    *("time.time", "time.time_ns", "time.monotonic", "time.sleep"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"),
    *("uuid.uuid1", "uuid.uuid4", "os.urandom", "secrets", "random"),
)
RULES = [
    path
    for path, module in modules("replication", "webdav", "doctypes")
    if not is_under(module, "replication") or is_under(module, "replication.core")
]


def mentions(path, banned):
    return sorted({n for n in used(path) if any(is_under(n, name) for name in banned)})


@pytest.mark.parametrize(("path", "module"), modules(), ids=str)
def test_only_the_settings_read_the_environment(path, module):
    if module not in READERS:
        assert mentions(path, ENVIRONMENT) == []


@pytest.mark.parametrize(
    "path",
    RULES,
    ids=str,
)
def test_rules_are_given_time_and_chance(path):
    assert mentions(path, WORLD) == []


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['HOME']",
        "from os import environ\nprint(environ)",
        "import os as system\nsystem.getenv('HOME')",
    ],
)
def test_a_planted_look_at_the_environment_is_found(tmp_path, code):
    planted = tmp_path / "planted.py"
    planted.write_text(code)
    assert mentions(planted, ENVIRONMENT)


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "import time\ntime.time()",
        "from uuid import uuid4\nuuid4()",
        "import secrets\nsecrets.token_hex(4)",
    ],
)
def test_a_planted_clock_or_die_is_found(tmp_path, code):
    planted = tmp_path / "planted.py"
    planted.write_text(code)
    assert mentions(planted, WORLD)
