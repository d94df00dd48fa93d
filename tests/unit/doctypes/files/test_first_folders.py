"""The folders of a new home."""

import json

import pytest

from doctypes.files.node import DOCTYPE


@pytest.mark.parametrize(
    ("locale", "paths"),
    [
        ("fr", ["/Administratif", "/Photos", "/Photos/Importées"]),
        ("fr_FR", ["/Photos/Sauvegardées depuis mon mobile"]),
        ("en-GB", ["/Administrative", "/Photos/Uploaded", "/Photos/Backed up from my mobile"]),
        ("tlh", ["/Administrative"]),
    ],
)
async def test_they_are_named_in_a_language(tree, locale, paths):
    assert await tree.make_first_folders(locale)
    for path in paths:
        assert (await tree.at(path)).path == path


async def test_apps_refer_to_them(tree):
    await tree.make_first_folders("fr")
    found = {}
    for path in ("/Administratif", "/Photos", "/Photos/Importées"):
        found[path] = json.loads((await tree.at(path)).document.body)["referenced_by"]
    assert found == {
        "/Administratif": [{"type": "io.cozy.apps", "id": "io.cozy.apps/administrative"}],
        "/Photos": [{"type": "io.cozy.apps", "id": "io.cozy.apps/photos"}],
        "/Photos/Importées": [{"type": "io.cozy.apps", "id": "io.cozy.apps/photos/upload"}],
    }


async def test_a_home_that_holds_anything_is_left_alone(tree, store):
    await tree.make_directories("/mine")
    before = (await (await store.open(DOCTYPE)).sequence()).number
    assert not await tree.make_first_folders("en")
    assert (await (await store.open(DOCTYPE)).sequence()).number == before
