"""What is searched for secrets, and that they are found in each form."""

from base64 import b64encode

import pytest

from tests.support.secret_search import dumps_in, found_in, searched, secrets_in

SECRET = "correct-horse-battery-staple"


@pytest.fixture
def place(tmp_path):
    for folder in ("base/test_a0/home/instances/x", "secrets", "tmp"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "secrets" / "7.secrets").write_text(f"{SECRET!r}\n{'other-than-these'!r}\n")
    return tmp_path


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff" + SECRET.encode() + b"\n",
        b"{" + b64encode(SECRET.encode()) + b"}",
        SECRET.encode().hex().encode(),
    ],
)
@pytest.mark.parametrize(
    "file", ["base/test_a0/home/instances/x/documents.db-wal", "base/test_a0/home.log", "tmp/t"]
)
def test_a_secret_is_found_in_each_place_in_each_form(place, file, content):
    (place / file).write_bytes(content)
    found = found_in(searched(place), secrets_in(place / "secrets"))
    assert found == [(str(place / file), SECRET)]


def test_what_an_operator_or_a_client_wrote_is_not_searched(place):
    written = ("home/foyer.toml", "client.conf", "litmus/debug.log", "server/instances/x.py")
    (place / "base/test_a0/litmus").mkdir()
    (place / "base/test_a0/server/instances").mkdir(parents=True)
    (place / "base/test_a0/server/instances/__init__.py").touch()
    for file in written:
        (place / "base/test_a0" / file).write_text(SECRET)
    assert found_in(searched(place), secrets_in(place / "secrets")) == []


def test_a_dump_is_found(place):
    (place / "base" / "core.77").write_bytes(b"x")
    assert dumps_in(place) == [place / "base" / "core.77"]
    (place / "base" / "core.77").unlink()  # or it would be found in what these tests left
