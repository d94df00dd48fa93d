import json
from pathlib import Path

import pytest

from server.apps.manifest import ManifestIllegal, read_manifest
from server.apps.package import read_package

HELLO = Path("tests/fixtures/hello_app").absolute()
TOLD = {"slug": "drive", "version": "1"}


def read(**told):
    return read_manifest(json.dumps({**TOLD, **told}).encode())


def test_a_path_belongs_to_the_longest_route():
    routes = {
        "/": {"folder": "/", "index": "index.html"},
        "/public": {"folder": "/shared", "index": "a.html", "public": True},
        "/public/more": {"folder": "/more"},
    }
    manifest = read(routes=routes)
    for path, file, public in (
        ("/", "index.html", False),
        ("/x/y.js", "x/y.js", False),
        ("/public", "shared/a.html", True),
        ("/public/", "shared/a.html", True),
        ("/public/p.css", "shared/p.css", True),
        ("/publication", "publication", False),
        ("/public/more/z", "more/z", False),
    ):
        route, rest = manifest.found(path)
        assert (route.file_at(rest), route.public) == (file, public)


def test_where_no_route_is_there_is_nothing():
    assert read(routes={"/only": {}}).found("/other") is None


def test_fields_of_couchdb_are_no_words_of_a_manifest():
    assert read(_id="x", more=1).told == {**TOLD, "more": 1}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"slug": "A b"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "a/b"}, "slug"),
        ({"version": ""}, "version"),
        ({"permissions": {"x": {"verbs": ["GET"]}}}, "type"),
        ({"permissions": []}, "permissions"),
        ({"routes": {"/": {"public": "yes"}}}, "public"),
    ],
)
def test_what_makes_no_application_is_said(told, why):
    with pytest.raises(ManifestIllegal, match=why):
        read(**told)


def test_a_package_is_its_files_without_links_and_hidden_ones(tmp_path):
    (tmp_path / "manifest.webapp").write_text(json.dumps(TOLD))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    (tmp_path / "leads_out").symlink_to("/etc/hostname")
    with pytest.raises(ManifestIllegal, match=r"index\.html"):
        read_package(tmp_path)
    (tmp_path / "index.html").write_text("x")
    assert sorted(read_package(tmp_path).files) == ["index.html", "manifest.webapp"]
    with pytest.raises(ManifestIllegal, match="no manifest"):
        read_package(tmp_path / ".git")


def test_the_known_application_is_one():
    assert read_package(HELLO).manifest.slug == "hello"
