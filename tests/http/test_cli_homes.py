"""Commands about homes while a server has the folder, and while none has."""

import json
import stat
import urllib.error
import urllib.request
from base64 import b64encode

import pytest
from click.testing import CliRunner

from server.cli.program import program
from tests.http.test_cli import PATIENCE, Serving

ADMIN = {
    "FOYER_ADMIN": "127.0.0.1:0",
    "FOYER_KDF_ITERATIONS": "0",
    "FOYER_OWNER_PASSWORD": "pass word",
}


def foyer(*arguments, typed=None):
    """Run a command in this process, which is sooner ready than another."""
    environment = {**ADMIN, "LC_ALL": "C.UTF-8"}
    return CliRunner().invoke(program, list(map(str, arguments)), typed, env=environment)


def said(*arguments, typed=None):
    ended = foyer(*arguments, typed=typed)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def refused(*arguments, typed=None):
    ended = foyer(*arguments, typed=typed)
    assert ended.exit_code == 1
    return ended.stderr.splitlines()[-1]


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_):
        return None


def asked_as(serving, host, path="/couchdb/_all_dbs"):
    """Return the status of a request of the owner at a home."""
    request = urllib.request.Request(serving.address + path)
    request.add_header("Host", host)
    request.add_header("Authorization", f"Basic {b64encode(b'owner:pass word').decode()}")
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=PATIENCE) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def the_life_of_a_home(where, served=None):
    """Make, change, back up, erase and bring back a home; `served` tells how it answers."""
    status = served or (lambda *_: None)
    assert "is made" in said("instance", "add", "a.example", "--quota", "5GB", *where)
    assert status("a.example") in (200, None)
    said("instance", "modify", "a.example", "--domain", "b.example", "--quota", "none", *where)
    shown = json.loads(said("instance", "show", "a.example", "--json", *where))
    assert (shown["domain"], shown["former_domains"]) == ("b.example", ["a.example"])
    assert shown["disk_quota"] is None
    assert (status("a.example"), status("b.example")) in ((308, 200), (None, None))
    flags = ("--flag", "drive.beta=true", "--flag", "home.look=wide", "--flag", "gone=null")
    said("instance", "modify", "b.example", *flags, *where)
    shown = json.loads(said("instance", "show", "b.example", "--json", *where))
    assert shown["flags"] == {"drive.beta": True, "home.look": "wide"}
    assert foyer("instance", "modify", "b.example", "--flag", "x", *where).exit_code == 2
    said("instance", "modify", "b.example", "--block", "spam", *where)
    assert "blocked: spam" in said("instance", "list", *where)
    assert status("b.example") in (503, None)
    said("instance", "modify", "b.example", "--unblock", *where)
    said("instance", "delete", "b.example", "--days", "2", *where)
    assert "to be deleted" in said("instance", "list", *where)
    said("instance", "keep", "b.example", *where)
    return status


@pytest.fixture
def where(tmp_path):
    return ("--dir", tmp_path / "home")


def test_homes_are_changed_while_no_server_runs(where, tmp_path):
    the_life_of_a_home(where)
    said("backup", tmp_path / "b.tar.gz", *where)
    assert "--yes" in refused("instance", "delete", "b.example", "--now", *where, typed="no\n")
    said("instance", "delete", "b.example", "--now", *where, typed="b.example\n")
    assert "no home in" in refused("instance", "list", *where)
    said("restore", tmp_path / "b.tar.gz", *where)
    assert said("instance", "list", *where).startswith("b.example\t")


def test_homes_are_changed_while_a_server_has_them(where, tmp_path):
    with Serving(tmp_path / "home", env=ADMIN) as serving:
        told = tmp_path / "home" / "admin.json"
        assert stat.S_IMODE(told.stat().st_mode) == 0o600
        status = the_life_of_a_home(where, lambda host: asked_as(serving, host))
        assert "localhost already" in refused("instance", "add", "localhost", *where)
        said("backup", "b.example", tmp_path / "b.tar", *where)
        assert "--replace" in refused("restore", tmp_path / "b.tar", *where)
        said("restore", tmp_path / "b.tar", "--as", "c.example", *where)
        assert status("c.example") == 200
        said("restore", tmp_path / "b.tar", "--replace", *where)
        said("instance", "delete", "b.example", "--now", "--yes", *where)
        assert status("b.example") == 404
        code, out, err = serving.stop()
        assert code == 0
        assert json.loads(told.read_text())["secret"] not in out + err


def test_without_an_admin_address_a_command_says_what_to_do(where, tmp_path):
    with Serving(tmp_path / "home"):
        assert "stop it first" in refused("instance", "add", "a.example", *where)
