"""rclone as it speaks to Nextcloud and ownCloud: dates and checksums come along."""

import os
import random

import pytest

from tests.support.rclone import Rclone
from tests.support.sync_clients import requests

MOMENT = 1_700_000_000


@pytest.fixture(params=[("nextcloud", "/remote.php/dav/files/owner/"),
                        ("owncloud", "/remote.php/webdav/")])  # fmt: skip
def remote(request, home, rclone, run, tmp_path):
    vendor, path = request.param
    return Rclone(rclone, run, home, tmp_path, path, vendor)


def test_dates_and_checksums_come_along(home, remote, tmp_path):
    tree, back = tmp_path / "tree", tmp_path / "back"
    for n in range(20):
        path = tree / f"folder {n % 3}" / f"document é {n}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.Random(n).randbytes(n * 1000))
        os.utime(path, (MOMENT + n, MOMENT + n))
    remote("sync", tree, "home:copied")
    assert len(requests(home, 0)) > 20
    before = home.log.stat().st_size
    remote("check", tree, "home:copied")
    remote("sync", "--checksum", tree, "home:copied")
    remote("sync", tree, "home:copied")
    made = requests(home, before)
    assert not [one for one in made if one[0] != "PROPFIND"], "checked by what is listed"
    remote("sync", "home:copied", back)
    for path in tree.rglob("*.bin"):
        copied = back / path.relative_to(tree)
        assert copied.read_bytes() == path.read_bytes()
        assert int(copied.stat().st_mtime) == int(path.stat().st_mtime)
