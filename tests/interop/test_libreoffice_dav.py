"""LibreOffice opens a document over WebDAV, locks it, saves it, and lets it go."""

import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

from server.office.blank import blank
from tests.interop.conftest import program
from tests.support.office_programs import Programs, x2t_folder
from tests.support.running_home import PASSWORD
from tests.support.sync_clients import requests, transfers
from tests.support.web_app import ask

TYPING = Path(__file__).parent / "libreoffice" / "type_at_end.py"
PYTHON = "/usr/bin/python3"
UNO = Path("/usr/lib/python3/dist-packages/uno.py")
PATIENCE = 60


@contextmanager
def typing(soffice, place, address, text):
    """Have LibreOffice open a document; what is called goes on by one step and returns its word."""
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    pipe = f"foyer{place.stat().st_ino}"
    office = [soffice, profile, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"]
    login = "owner", PASSWORD
    with (
        subprocess.Popen(office, stderr=subprocess.DEVNULL) as begun,
        subprocess.Popen(
            [PYTHON, TYPING, pipe, address, *login, text],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as script,
    ):

        def on():
            script.stdin.write("\n")
            script.stdin.flush()
            return script.stdout.readline().strip()

        try:
            assert script.stdout.readline() == "open\n"
            yield on
            begun.wait(PATIENCE)
        finally:
            script.kill()
            begun.kill()


def refused(home, method, path):
    """Another program is told that the document is locked."""
    with pytest.raises(HTTPError, match="423"):
        ask(home, method, path, b"of another")


def test_a_document_is_locked_saved_and_let_go(home, tmp_path):
    if x2t_folder() is None or not UNO.exists():
        pytest.skip("document-builder or python3-uno is not installed")
    path = "/dav/files/minutes.docx"
    ask(home, "PUT", path, blank("docx", "en"))
    address = home.address.replace("http://", "vnd.sun.star.webdav://") + path
    with typing(program("soffice"), tmp_path, address, "First item") as on:
        refused(home, "PUT", path)
        refused(home, "DELETE", path)
        assert on() == "saved"
        refused(home, "PUT", path)
        assert on() == "closed"
    made = [(method, status) for method, _, status in transfers(requests(home, 0))]
    changes = [one for one in made if one[1] != 423]
    assert changes == [("PUT", 201), ("LOCK", 200), ("PUT", 204), ("UNLOCK", 204)]
    saved = ask(home, "GET", path)
    programs = Programs(x2t_folder(), None, tmp_path)
    programs.typed("docx", blank("docx", "en"), "")  # x2t's own look at the fonts
    assert b"First item" in programs.by_x2t(saved, "docx", "txt")
    ask(home, "PUT", path, saved)
