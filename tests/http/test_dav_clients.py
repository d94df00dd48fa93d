"""Outside programs against the files of a home: litmus, rclone."""

import asyncio
import shutil

import pytest

from tests.http.test_dav import home, server  # noqa: F401 - fixtures

LITMUS = {"basic": 16, "copymove": 13, "props": 30, "locks": 41, "http": 4}


async def run(*command, cwd=None, **environment):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_litmus_has_nothing_to_say(server, tmp_path):  # noqa: F811
    code, output = await run(
        "litmus", "-k", server.url, "owner", "password", cwd=tmp_path, TESTS=" ".join(LITMUS)
    )
    assert code == 0, output
    for name, count in LITMUS.items():
        assert f"`{name}': of {count} tests run: {count} passed, 0 failed" in output
    assert "WARNING" not in output


NAMES = ["plain.txt", "with space", "ünï", "100%", "a+b", "#hash", "&amp;", "🎉.txt", "q?", "[x]"]


async def test_rclone_copies_a_tree_and_finds_no_difference(server, tmp_path):  # noqa: F811
    source = tmp_path / "source"
    for folder in ("", "one", "two/three #%", "œuvre/🎉"):
        (source / folder).mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(NAMES):
            (source / folder / name).write_bytes(f"{folder}{name}".encode() * number**4)
    remote = f":webdav,url='{server.url}':"
    code, output = await run("rclone", "copy", str(source), remote, cwd=tmp_path)
    assert code == 0, output
    code, output = await run("rclone", "check", "--download", str(source), remote, cwd=tmp_path)
    assert code == 0, output
    assert "0 differences found" in output
    assert f"{4 * len(NAMES)} matching files" in output
