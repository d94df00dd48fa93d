"""`kill -9` in the middle of changing files: the old tree or the new one, and every byte.

A process changes a tree and says what it has done; it is killed at a random moment, and the tree is
opened and verified. A campaign of thousands is run by hand (FOYER_TESTS_FILE_KILLS).
"""

import asyncio
import json
import os
import random
import subprocess
import sys

from doctypes.files.errors import NodeMissing
from tests.support.tree_writer import opened

KILLS = int(os.environ.get("FOYER_TESTS_FILE_KILLS", "3"))


def killed(folder, seed, seconds):
    """Let a writer write for a while once it has begun, and return what it said."""
    command = [sys.executable, "-m", "tests.support.tree_writer", str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        said = [writer.stdout.readline()]
        try:
            writer.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            writer.kill()
        said += writer.stdout.readlines()
    return [json.loads(line) for line in said if line.endswith("\n")]


def promises_of(said):
    """What was acknowledged: contents by file, None for a file that is gone; and what was not."""
    promised, begun = {}, None
    for line in said:
        if "begun" in line:
            begun = line["begun"]
        else:
            begun = None
            if line["done"]:
                promised[line["done"]] = line["blob"]
    return promised, begun


async def check(folder, promised, in_doubt):
    tree, store, blobs = await opened(folder)
    try:
        verified = await tree.verify()
        assert verified.findings == []
        for file_id, blob in promised.items():
            if file_id == in_doubt:
                continue
            try:
                found = (await tree.get(file_id)).blob
            except NodeMissing:
                found = None
            assert found == blob, file_id
        usage = await tree.usage()
        assert usage.total >= usage.trash
    finally:
        await store.close()
        await blobs.close()
    return verified


def test_a_tree_outlives_its_writer(tmp_path):
    dice = random.Random(6)
    promised, versions = {}, 0
    for seed in range(KILLS):
        said = killed(tmp_path, seed, dice.uniform(0.2, 1.5))
        fresh, in_doubt = promises_of(said)
        promised |= fresh
        verified = asyncio.run(check(tmp_path, promised, in_doubt))
        versions += verified.versions
        promised.pop(in_doubt, None)
    assert len(promised) > KILLS
    assert versions
