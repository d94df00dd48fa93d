"""`kill -9` while files go up in chunks: what was acknowledged is there, and a file is old or new.

FOYER_TESTS_CHUNK_KILLS is how often; a campaign is run by hand.
"""

import http.client
import os
import random
import threading
import time

from tests.support.running_home import RunningHome

KILLS = int(os.environ.get("FOYER_TESTS_CHUNK_KILLS", "2"))
SIZE, CHUNKS = 400_000, 4
FILES, UPLOADS = "/remote.php/dav/files/owner", "/remote.php/dav/uploads/owner"


class Uploader:
    """Puts one file after the other over the same path, and notes what was acknowledged."""

    def __init__(self, home, seed):
        self.home = home
        self.chance = random.Random(seed)
        self.placed = []
        self.begun = None
        self.chunks = []

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.home.port, timeout=20)
        try:
            told = {"Authorization": self.home.authorization, **headers}
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def run(self):
        try:
            while True:
                self.upload(self.chance.randbytes(SIZE))
        except (OSError, http.client.HTTPException):
            return  # it was killed

    def upload(self, content):
        upload = f"{UPLOADS}/{self.chance.getrandbits(60)}"
        self.begun, self.chunks = None, []
        assert self.ask("MKCOL", upload) == 201
        step = SIZE // CHUNKS
        for n in range(CHUNKS):
            piece = content[n * step : (n + 1) * step]
            assert self.ask("PUT", f"{upload}/{n:05}", piece) == 201
            self.chunks.append((f"{upload}/{n:05}", len(piece)))
        self.begun = content
        moved = self.ask("MOVE", f"{upload}/.file", Destination=f"{FILES}/large.bin")
        assert moved in (201, 204), moved
        self.placed.append(content)
        self.begun, self.chunks = None, []


def content_of(home):
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=20)
    connection.request("GET", f"{FILES}/large.bin", headers={"Authorization": home.authorization})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return body if answer.status == 200 else None


def test_a_file_is_old_or_new_and_acknowledged_chunks_stay(tmp_path):
    home, stands = RunningHome(tmp_path / "home"), None
    tmp_path.joinpath("home").mkdir()
    for seed in range(KILLS):
        home.start()
        assert content_of(home) == stands
        uploader = Uploader(home, seed)
        working = threading.Thread(target=uploader.run)
        working.start()
        while not uploader.placed:  # one at least, and then at any moment
            assert working.is_alive()
            time.sleep(0.01)
        time.sleep(random.Random(seed).uniform(0, 0.4))
        home.kill()
        working.join(30)
        last, begun, chunks = uploader.placed[-1], uploader.begun, uploader.chunks
        home.start()
        stands = content_of(home)
        assert stands in (last, begun)
        if stands == last and chunks:
            upload = chunks[0][0].rpartition("/")[0]
            assert uploader.ask("PROPFIND", upload, Depth="1") == 207
            for path, size in chunks:
                assert uploader.ask("PROPFIND", path, Depth="0") == 207, (path, size)
            if begun is not None:
                moved = uploader.ask("MOVE", f"{upload}/.file", Destination=f"{FILES}/large.bin")
                assert moved in (201, 204)
                stands = content_of(home)
                assert stands == begun
        home.kill()
