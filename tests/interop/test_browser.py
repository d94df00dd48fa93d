"""PouchDB in a browser's page against servers on another origin: CORS as browsers mean it."""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.interop.conftest import HERE, program
from tests.support.running_home import PASSWORD, RunningHome

FILES = {
    "/": (HERE / "browser" / "page.html", "text/html"),
    "/page.js": (HERE / "browser" / "page.js", "text/javascript"),
    "/pouchdb.js": (HERE / "node_modules" / "pouchdb" / "dist" / "pouchdb.js", "text/javascript"),
}
PATIENCE = 120


class PageHandler(BaseHTTPRequestHandler):
    """Serves the page, and takes what it saw."""

    def do_GET(self):
        found = FILES.get(self.path.partition("?")[0])
        if found is None:
            self.send_error(404)
            return
        path, kind = found
        content = Path(path).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self):
        told = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.server.seen.put(json.loads(told))

    def log_message(self, *_):
        pass


@pytest.fixture
def page():
    server = ThreadingHTTPServer(("127.0.0.1", 0), PageHandler)
    server.seen = Queue()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chromium(node):
    del node  # PouchDB comes with the packages of the tests in Node
    return program("chromium")


@pytest.fixture(params=["serve", "couch"])
def running(request, tmp_path):
    with RunningHome(tmp_path / "home", command=request.param) as home:
        yield home


def send(home, path, body, method):
    headers = {"Authorization": home.authorization, "Content-Type": "application/json"}
    asked = Request(home.address + path, json.dumps(body).encode(), headers=headers, method=method)
    with urlopen(asked, timeout=30) as answered:
        return json.load(answered)


def seeded(door, home):
    send(home, f"{door}/things", {}, "PUT")
    note = {"content_type": "text/plain", "data": "w6l0w6kgb2YgdGhlIGhvbWU="}
    docs = [{"_id": f"home-{n}", "_attachments": {"note.txt": note}} for n in range(20)]
    send(home, f"{door}/things/_bulk_docs", {"docs": docs}, "POST")


def test_a_page_synchronises_both_ways(chromium, page, running, tmp_path):
    door = "/couchdb" if running.command == "serve" else ""
    seeded(door, running)
    asked = {
        "address": running.address + door,
        "username": running.owner,
        "password": PASSWORD,
        "database": "things",
    }
    command = [
        chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", f"--user-data-dir={tmp_path / 'profile'}",
        f"http://localhost:{page.server_port}/?{urlencode(asked)}",
    ]  # fmt: skip
    with (tmp_path / "chromium.log").open("wb") as log:
        browser = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            seen = page.seen.get(timeout=PATIENCE)
        except Empty:
            pytest.fail((tmp_path / "chromium.log").read_text()[-2000:])
        finally:
            browser.terminate()
            browser.wait(30)
    assert seen == {
        "pushed": 20,
        "pulled": 20,
        "failures": 0,
        "again": 0,
        "local": 40,
        "remote": 40,
        "pulledText": "text/plain: été of the home",
        "pushedText": "text/plain: été from the page 3",
        "edited": "by the page",
        "followed": "later",
        "refused": {"status": 401, "word": "unauthorized"},
    }
