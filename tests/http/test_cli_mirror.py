"""`foyer mirror` between a real server and a folder, as a person runs it."""

import json
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from server.cli.program import program
from tests.support.running_home import PASSWORD, RunningHome

ENVIRONMENT = {"FOYER_OWNER_PASSWORD": PASSWORD, "LANG": "C"}


@pytest.fixture
def couch(tmp_path):
    with RunningHome(tmp_path / "there", command="couch") as running:
        ask(running, "PUT", "/notes")
        for number in range(50):
            ask(running, "PUT", f"/notes/{number:02}", {"n": number})
        yield running


def ask(couch, method, path, body=None):
    headers = {"Authorization": couch.authorization, "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    with urlopen(Request(couch.address + path, sent, headers, method=method)) as response:
        return json.loads(response.read())


@pytest.fixture
def mirror(tmp_path, couch):
    def run(*words, url=None, password=PASSWORD):
        asked = [url or f"{couch.address}/notes", "--user", "admin", *words]
        folder = ["--dir", str(tmp_path / "here")]
        return CliRunner().invoke(
            program, ["mirror", *asked, *folder], input=f"{password}\n", env=ENVIRONMENT
        )

    return run


def said(result):
    return [line for line in result.stdout.splitlines() if line.startswith("Mirrored")]


def test_both_sides_become_the_same_and_a_second_run_copies_nothing(mirror):
    first = mirror()
    assert first.exit_code == 0, first.output
    assert PASSWORD not in first.output
    assert said(first) == [
        "Mirrored from there: 50 documents read, 50 written, 0 refused.",
        "Mirrored to there: 0 documents read, 0 written, 0 refused.",
    ]
    assert all(
        line.endswith(": 0 documents read, 0 written, 0 refused.") for line in said(mirror())
    )


def test_what_was_written_on_either_side_meets(tmp_path, couch, mirror):
    assert mirror("--as", "mine").exit_code == 0
    ask(couch, "DELETE", f"/notes/00?rev={ask(couch, 'GET', '/notes/00')['_rev']}")
    ask(couch, "PUT", "/notes/new", {"there": True})
    with RunningHome(tmp_path / "here", command="couch") as here:  # what is mirrored is served
        ask(here, "PUT", "/mine/made-here", {"here": True})
        ask(here, "PUT", "/mine/01", {"n": "mine", "_rev": ask(here, "GET", "/mine/01")["_rev"]})
        refused = mirror("--as", "mine")
        assert "stop it first" in refused.stderr
        here.stop()
    assert mirror("--as", "mine", "--way", "pull").exit_code == 0
    assert "made-here" not in {row["id"] for row in ask(couch, "GET", "/notes/_all_docs")["rows"]}
    assert mirror("--as", "mine").exit_code == 0
    there = {row["id"] for row in ask(couch, "GET", "/notes/_all_docs")["rows"]}
    assert there == {f"{n:02}" for n in range(1, 50)} | {"new", "made-here"}
    assert ask(couch, "GET", "/notes/01")["n"] == "mine"


def test_what_goes_wrong_is_said_in_a_line(couch, mirror):
    wrong = mirror(password="wrong")
    assert (wrong.exit_code, wrong.stderr.count("foyer: ")) == (1, 1)
    assert "wrong" not in wrong.stderr
    missing = mirror(url=f"{couch.address}/nothing")
    assert "there is no such database" in missing.stderr
    assert mirror(url="ftp://x/y").exit_code == 1
    couch.kill()
    gone = mirror()
    assert gone.exit_code == 1
    assert "run it again" in gone.stderr
