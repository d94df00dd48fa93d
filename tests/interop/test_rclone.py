"""rclone copies a real tree to a home; each file is a change that PouchDB replicates."""

import base64
import hashlib
import json
import random
import urllib.request
from pathlib import Path

import pytest

from tests.support.rclone import Rclone

SCRIPTS = Path(__file__).parent / "pouchdb"
FILES = 2100
ODD_NAMES = [
    "été à la mer.txt", "C# notes.md", "100%.txt", "a+b=c.txt", "😀 smile 🏠.txt", "semi;colon.txt",
    "question?.txt", "amp&ersand.txt", "quote'd.txt", 'double"quote.txt', "[brackets].txt",
    "~tilde.txt", "comma, space.txt", "dot.", ".hidden", "日本語.txt", "%41.txt", "trailing space ",
    "under_score", "CON", "back\\slash.txt", "e\u0301 decomposed.txt", "<angle>.txt", "pipe|.txt",
]  # fmt: skip


@pytest.fixture
def tree(tmp_path):
    chance = random.Random(7)
    root = tmp_path / "tree"
    folders = [root, *(root / f"folder {n} é#%+" / f"sub {n}" for n in range(20))]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for n in range(FILES - len(ODD_NAMES)):
        size = chance.choice([0, 10, 500, 5_000, 40_000])
        (chance.choice(folders) / f"document {n:05}.txt").write_bytes(chance.randbytes(size))
    for name in ODD_NAMES:
        (root / name).write_bytes(name.encode())
    return root


@pytest.fixture
def remote(home, rclone, run, tmp_path):
    return Rclone(rclone, run, home, tmp_path)


def changes(home):
    feed = home.address + "/data/io.cozy.files/_changes?include_docs=true"
    request = urllib.request.Request(feed, headers={"Authorization": home.authorization})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["results"]


def test_a_real_tree_arrives_whole(home, tree, remote, node, run):
    remote("copy", tree, "home:copied", "--transfers", "8")
    remote("check", "--download", tree, "home:copied")

    files = {row["id"]: row["doc"] for row in changes(home) if row["doc"].get("type") == "file"}
    expected = {
        base64.b64encode(hashlib.md5(path.read_bytes()).digest()).decode()
        for path in tree.rglob("*")
        if path.is_file()
    }
    assert len(files) == FILES
    assert {doc["md5sum"] for doc in files.values()} == expected
    assert {doc["name"] for doc in files.values()} >= set(ODD_NAMES)  # kept as they were given

    address = f"{home.address_with_login}/couchdb/io.cozy.files"
    pulled = json.loads(run(node, SCRIPTS / "pull.js", address))
    assert {name: doc for name, doc in pulled.items() if name in files} == files

    remote("moveto", "home:copied", "home:moved")
    remote("check", "--download", tree, "home:moved")
