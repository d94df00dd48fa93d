"""The program as a person meets it: started, asked, stopped with Ctrl-C, started again."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


def environment(**more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FOYER_")}
    return {**clean, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "FOYER_ADMIN": "off", **more}


def foyer(*arguments, env=None, typed=None):
    """Run a command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "server", *map(str, arguments)],
        env=environment(**(env or {})),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Serving:
    """A command that serves, until it is stopped."""

    def __init__(self, folder, command="serve", env=None):
        arguments = [command, "--port", "0", "--dir", str(folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", *arguments],
            env=environment(**(env or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""
        self._until("Ctrl-C")
        self.address = re.search(r"http://localhost:\d+", self.said)[0]
        shown = re.search(r"^  Password +(\S+)", self.said, re.MULTILINE)
        self.password = shown[1] if shown else None

    def _until(self, word):
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        for line in self.process.stdout:
            self.said += line
            if word in line:
                break
        timer.cancel()
        assert word in self.said, self.process.stderr.read()

    def ask(self, path, password=None, *, name="owner", method="GET", data=None, timeout=PATIENCE):
        request = urllib.request.Request(self.address + path, method=method, data=data)
        login = b64encode(f"{name}:{password or self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {login}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.read().decode()

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self.said + out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self.process:  # closes its pipes
            if self.process.poll() is None:
                self.process.kill()


def one_line(ended):
    """Return the one line of a refusal."""
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    return line


def test_the_first_start_says_all_that_a_person_needs_and_the_next_finds_it(tmp_path):
    with Serving(tmp_path / "home") as first:
        for shown in ("Login     owner", "/couchdb\n", "/dav/files/\n", str(tmp_path / "home")):
            assert shown in first.said
        password = first.password
        assert re.fullmatch(r"([a-z]{4}-){4}[a-z]{4}", password)
        first.ask("/couchdb/notes", method="PUT")
        first.ask("/couchdb/notes/a", method="PUT", data=b'{"x":1}')
        first.ask("/dav/files/a.txt", method="PUT", data=b"hello")
        code, out, err = first.stop()
        assert code == 0
        assert out.endswith("Stopped.\n")
        assert "Traceback" not in err
        assert password not in err
    with Serving(tmp_path / "home") as second:
        assert second.password is None
        assert json.loads(second.ask("/couchdb/notes/a", password))["x"] == 1
        assert second.ask("/dav/files/a.txt", password) == "hello"
        assert second.stop(signal.SIGTERM)[0] == 0


def test_the_first_password_may_be_given(tmp_path):
    with Serving(tmp_path, env={"FOYER_OWNER_PASSWORD": "my own words"}) as serving:
        assert "my own words" not in serving.said
        assert "Welcome" in serving.ask("/couchdb/", "my own words")
        assert "my own words" not in "".join(map(str, serving.stop()))


def test_a_couch_alone_has_an_admin_and_its_databases_at_the_root(tmp_path):
    with Serving(tmp_path, "couch") as serving:
        assert "/dav/" not in serving.said
        serving.ask("/notes", method="PUT", name="admin")
        listed = ["_replicator", "_users", "io.cozy.files", "io.cozy.files.versions", "notes"]
        assert json.loads(serving.ask("/_all_dbs", name="admin")) == listed
        assert serving.stop()[0] == 0


def test_stopping_lets_go_of_those_who_wait_for_news(tmp_path):
    with Serving(tmp_path) as serving:
        serving.ask("/couchdb/notes", method="PUT")
        feed = "/couchdb/notes/_changes?feed=longpoll&since=now&timeout=60000"
        ended = []

        def listen():
            try:
                serving.ask(feed)
            except (OSError, HTTPException) as error:
                ended.append(error)

        listener = threading.Thread(target=listen)
        listener.start()
        time.sleep(0.3)
        begun = time.monotonic()
        assert serving.stop()[0] == 0
        listener.join(PATIENCE)
        assert len(ended) == 1
        assert time.monotonic() - begun < 5


def test_stopping_waits_for_an_upload_that_is_under_way(tmp_path):
    with Serving(tmp_path) as serving:
        host, port = serving.address.removeprefix("http://").split(":")
        login = b64encode(f"owner:{serving.password}".encode()).decode()
        head = (
            f"PUT /dav/files/a.txt HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {login}\r\n"
            "Content-Length: 10\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", int(port)), PATIENCE) as client:
            client.sendall(head.encode() + b"hello")
            time.sleep(0.3)
            serving.process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            client.sendall(b"world")
            answer = client.recv(1000)
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert serving.process.wait(PATIENCE) == 0
        password = serving.password
    with Serving(tmp_path) as again:
        assert again.ask("/dav/files/a.txt", password) == "helloworld"


def test_a_port_that_is_taken_is_one_line_and_leaves_nothing_behind(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = one_line(foyer("serve", "--port", port, "--dir", tmp_path / "home"))
    assert f"port {port} on 127.0.0.1 is taken" in line
    assert "--port" in line
    assert not (tmp_path / "home" / "instances").exists()


def test_a_taken_admin_port_says_which_setting_moves_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        env = {"FOYER_ADMIN": f"127.0.0.1:{other.getsockname()[1]}"}
        line = one_line(foyer("serve", "--port", free_port(), "--dir", tmp_path, env=env))
    assert "FOYER_ADMIN" in line


def test_a_name_that_is_no_address_here_is_one_line(tmp_path):
    line = one_line(foyer("serve", "--host", "192.0.2.1", "--port", free_port(), "--dir", tmp_path))
    assert "cannot listen on 192.0.2.1" in line


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    line = one_line(foyer("serve", "--port", free_port(), "--dir", tmp_path / "file" / "home"))
    assert "cannot be used" in line


def test_a_folder_in_use_is_one_line_for_every_command_that_would_change_it(tmp_path):
    with Serving(tmp_path) as serving:
        for command in (
            ("serve", "--port", free_port()),
            ("couch", "--port", free_port()),
            ("instance", "add", "a.example"),
            ("password", "--generate"),
        ):
            line = one_line(foyer(*command, "--dir", tmp_path))
            assert f"process {serving.process.pid}" in line
        assert foyer("instance", "list", "--dir", tmp_path).returncode == 0


def test_files_that_are_not_ours_are_one_line(tmp_path):
    with Serving(tmp_path) as serving:
        serving.stop()
    [documents] = tmp_path.glob("instances/*/documents.db")
    for beside in documents.parent.glob("documents.db-*"):
        beside.unlink()
    documents.write_bytes(b"")
    with sqlite3.connect(documents) as connection:
        connection.execute("CREATE TABLE other (a)")
        connection.execute("PRAGMA application_id = 7")
    connection.close()
    ended = foyer("serve", "--port", free_port(), "--dir", tmp_path)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "localhost cannot be opened" in ended.stderr.splitlines()[-1]


def test_a_broken_record_is_one_line(tmp_path):
    foyer("instance", "add", "a.example", "--dir", tmp_path)
    [record] = tmp_path.glob("instances/*/instance.json")
    record.write_text("{")
    line = one_line(foyer("serve", "--port", free_port(), "--dir", tmp_path))
    assert "instance.json" in line


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"FOYER_PROT": "1"}, "did you mean FOYER_PORT?"),
        ({"FOYER_PORT": "http"}, "FOYER_PORT: Expected `int`"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path, env, said):
    assert said in one_line(foyer("serve", "--dir", tmp_path, env=env))


def test_homes_are_added_and_listed_and_served(tmp_path):
    env = {"FOYER_OWNER_PASSWORD": "a long password"}
    made = foyer("instance", "add", "A.example", "--owner", "ann", "--dir", tmp_path, env=env)
    assert made.returncode == 0
    assert "a long password" not in made.stdout
    added = foyer("instance", "add", "b.example", "--alias", "www.b.example", "--dir", tmp_path)
    assert re.search(r"^Password  \S{24}$", added.stdout, re.MULTILINE)
    listed = foyer("instance", "list", "--dir", tmp_path).stdout.splitlines()
    assert listed == ["a.example\t-\tann", "b.example\twww.b.example\towner"]
    with Serving(tmp_path) as serving:
        assert "a.example, b.example" in serving.said
        request = urllib.request.Request(serving.address + "/couchdb/")
        request.add_header("Host", "a.example")
        login = b64encode(b"ann:a long password").decode()
        request.add_header("Authorization", f"Basic {login}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            assert response.status == 200


def test_a_home_cannot_be_added_twice_nor_under_no_name(tmp_path):
    foyer("instance", "add", "a.example", "--dir", tmp_path)
    assert "a.example already" in one_line(foyer("instance", "add", "a.example", "--dir", tmp_path))
    assert "no domain name" in one_line(foyer("instance", "add", "a b", "--dir", tmp_path))


def test_no_homes_to_list_is_one_line(tmp_path):
    assert "no home in" in one_line(foyer("instance", "list", "--dir", tmp_path))


def test_a_password_is_changed(tmp_path):
    old = {"FOYER_OWNER_PASSWORD": "the old one"}
    foyer("instance", "add", "localhost", "--dir", tmp_path, env=old)
    typed = "a new password\na new password\n"
    changed = foyer("password", "--dir", tmp_path, typed=typed)
    assert changed.returncode == 0
    assert "a new password" not in changed.stdout
    with Serving(tmp_path) as serving:
        assert "Welcome" in serving.ask("/couchdb/", "a new password")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            serving.ask("/couchdb/", "the old one")


def test_a_password_that_is_too_short_changes_nothing(tmp_path):
    foyer("instance", "add", "a.example", "--dir", tmp_path)
    [record] = tmp_path.glob("instances/*/instance.json")
    before = record.read_bytes()
    ended = foyer("password", "--dir", tmp_path, typed="short\nshort\n")
    assert ended.returncode == 1
    assert "at least 8 characters" in ended.stderr
    assert record.read_bytes() == before


def test_a_home_that_is_not_there_is_named_with_those_that_are(tmp_path):
    foyer("instance", "add", "a.example", "--dir", tmp_path)
    line = one_line(foyer("password", "--generate", "--instance", "b.example", "--dir", tmp_path))
    assert "b.example" in line
    assert "a.example" in line


@pytest.mark.parametrize(
    "command",
    [(), ("serve",), ("couch",), ("instance",), ("instance", "add"), ("password",), ("version",)],
)
def test_help_is_there_for_everything(command):
    ended = foyer(*command, "--help")
    assert ended.returncode == 0
    assert ended.stdout.startswith(" ".join(["Usage: foyer", *command]))


def test_the_operators_language_is_spoken(tmp_path):
    french = {"LC_ALL": "fr_FR.UTF-8"}
    assert "Sert les foyers" in foyer("serve", "--help", env=french).stdout
    line = one_line(foyer("instance", "list", "--dir", tmp_path, env=french))
    assert "pas encore de foyer" in line


def test_the_version_is_said_without_loading_the_server():
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "server", "version"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"\d+\S+\n", ended.stdout)
    assert "aiohttp" not in ended.stderr
