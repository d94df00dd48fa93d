"""Stores that speak S3's protocol, each in a process of its own."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from replication.blobs.s3.bucket import S3Account
from tests.support.running_home import PATIENCE, free_port

BUCKET = "foyer"
S3RVER = Path(__file__).parents[1] / "interop/node_modules/s3rver/bin/s3rver.js"
KEY = "S3RVER"
"""What s3rver takes for both keys; moto takes any."""


class S3Server:
    """A server with one empty bucket."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.process = None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def account(self):
        return S3Account(bucket=BUCKET, endpoint=self.address, access_key=KEY, secret_key=KEY)

    def __enter__(self):
        with (self.folder / "s3.log").open("wb") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        self._wait_until_it_answers()
        self.prepare()
        return self

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.address, timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "s3.log").read_text())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def prepare(self):
        """Make the bucket."""


class Moto(S3Server):
    """What boto's users test against: slow, in memory, exact."""

    def command(self):
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def prepare(self):
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.address}/{BUCKET}", method="PUT")
        ):
            pass

    def unfinished(self):
        """Return what the server says of uploads that were neither finished nor taken back."""
        with urllib.request.urlopen(f"{self.address}/{BUCKET}?uploads") as answer:
            return answer.read().decode()


class S3rver(S3Server):
    """A server in Node that keeps files, where its package is installed."""

    def command(self):
        return [
            *("node", str(S3RVER), "--directory", str(self.folder / "files")),
            *("--address", "127.0.0.1", "--port", str(self.port)),
            *("--no-vhost-buckets", "--configure-bucket", BUCKET),
        ]


SERVERS = {"moto": Moto, **({"s3rver": S3rver} if S3RVER.exists() else {})}
