"""`kill -9` in the middle of changing files: the old tree or the new one, and every byte.

A process changes a tree and says what it has done; it is killed at a random moment, and the tree is
opened and verified. A campaign of thousands is run by hand (FOYER_TESTS_FILE_KILLS, and
FOYER_TESTS_FILE_KILLS_FROM to go on with another part of it).
"""

import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from doctypes.files.errors import NodeMissing
from server.at_rest.transit import InTheClear
from server.files.resumable.parts import Parts
from tests.support.kept_elsewhere import elsewhere
from tests.support.tree_writer import opened

KILLS = int(os.environ.get("FOYER_TESTS_FILE_KILLS", "3"))
FIRST = int(os.environ.get("FOYER_TESTS_FILE_KILLS_FROM", "0"))
LIVES = 25  # of one tree: then it has grown enough


@dataclass
class Said:
    """What was acknowledged: contents by file, None for a file that is gone; and what was not."""

    promised: dict = field(default_factory=dict)
    begun: dict | None = None


def killed(folder, seed, seconds):
    """Let a writer write for a while once it has begun, and return what it said."""
    command = [sys.executable, "-m", "tests.support.tree_writer", str(folder), str(seed)]
    with (
        (folder / "errors").open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as writer,
    ):
        said = [writer.stdout.readline()]
        try:
            writer.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            writer.kill()
        said += writer.stdout.readlines()
    assert writer.returncode == -signal.SIGKILL, (folder / "errors").read_text()
    return [json.loads(line) for line in said if line.endswith("\n")]


def promises_of(lines):
    said = Said()
    for line in lines:
        if "begun" in line:
            said.begun = line
        else:
            said.begun = None
            if line["done"]:
                said.promised[line["done"]] = line["blob"]
    return said


async def check(folder, promised, begun):
    async with opened(folder) as (tree, _, _):
        verified = await tree.verify()
        assert verified.findings == []
        for file_id, blob in promised.items():
            if file_id != begun.get("begun"):
                assert await content_of(tree, file_id) == blob, file_id
        usage = await tree.usage()
        assert usage.total >= usage.trash
        await check_brought(folder, tree, begun)
        await check_upload(folder, begun)
    return verified


async def content_of(tree, file_id):
    try:
        return (await tree.get(file_id)).blob
    except NodeMissing:
        return None


async def check_brought(folder, tree, begun):
    """What was being imported is where it came from, or where it goes to."""
    name = begun.get("bringing")
    for path, blob in begun.get("contents", {}).items():
        source = folder / "sources" / name / path
        if source.exists():
            assert hashlib.sha256(source.read_bytes()).hexdigest() == blob
        else:
            assert (await tree.at(f"/imported/{name}/{path}")).blob == blob


async def check_upload(folder, begun):
    """What an upload was told it may build on is there."""
    upload = begun.get("upload")
    if upload is None:
        return
    parts = Parts(folder, InTheClear())
    assert await parts.wanted(upload) is not None
    assert await parts.offset(upload) >= begun["offset"]
    data = b"".join([piece async for piece in parts.read(upload)])
    assert hashlib.sha256(data[: begun["offset"]]).hexdigest() == begun["hash"]


@pytest.fixture(params=["disk", "elsewhere"])
def longest(request, tmp_path, monkeypatch):
    """Give the seconds that a writer may live: elsewhere each of its steps takes requests."""
    if request.param == "disk":
        yield 1.2
        return
    with elsewhere(tmp_path / "servers") as servers:
        for name, value in servers.environment.items():
            monkeypatch.setenv(name, value)
        yield 6.0


def test_a_tree_outlives_its_writer(tmp_path, longest):
    promised, promises, versions = {}, 0, 0
    for seed in range(FIRST, FIRST + KILLS):
        dice = random.Random(seed)
        folder = tmp_path / str(seed // LIVES)
        if not folder.exists():
            folder.mkdir()
            promised = {}
        said = promises_of(killed(folder, seed, dice.uniform(0.1, longest)))
        promised |= said.promised
        promises += len(said.promised)
        begun = said.begun or {}
        versions += asyncio.run(check(folder, promised, begun)).versions
        promised.pop(begun.get("begun"), None)
    assert promises > KILLS
    assert versions
