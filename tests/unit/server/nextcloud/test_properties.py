"""What a caller may do, spelt as clients read it; colours; numbers; OCS in XML."""

from xml.etree import ElementTree as ET

import msgspec
import pytest

from doctypes.files.node import ROOT_ID
from server.nextcloud.capabilities import takes_bulk, text_on
from server.nextcloud.identity import file_id, file_number, instance_id
from server.nextcloud.ocs import as_xml
from server.nextcloud.properties import Rights
from tests.unit.server.nextcloud.test_search_terms import node

NOTHING = Rights(write=False, create=False, move=False, delete=False, share=False)


def folder(node_id="f"):
    return msgspec.structs.replace(node(type="directory", path="/f", name="f"), id=node_id)


def test_rights_by_letters():
    assert Rights().letters(node()) == "RGDNVW"
    assert Rights().letters(folder()) == "RGDNVCK"
    assert Rights().letters(folder(ROOT_ID)) == "GCK"
    assert NOTHING.letters(node()) == NOTHING.letters(folder()) == "G"
    assert Rights(delete=False, move=False).letters(node()) == "RGW"


def test_rights_by_number():
    assert Rights().number(folder()) == 31
    assert Rights().number(node()) == 27
    assert NOTHING.number(folder()) == 1


def test_an_id_begins_with_the_number():
    instance = instance_id("alice.example")
    assert instance != instance_id("bob.example")
    assert file_id("n", instance) == f"{file_number('n')}{instance}"
    assert not instance[0].isdigit()


@pytest.mark.parametrize(
    ("colour", "text"),
    [
        ("#ffffff", "#000000"),
        ("#000000", "#ffffff"),
        ("#a8401a", "#ffffff"),
        ("#ffee00", "#000000"),
    ],
)
def test_text_is_readable(colour, text):
    assert text_on(colour) == text


def test_who_may_be_told_of_bulk():
    assert not takes_bulk("Mozilla/5.0 (Linux) mirall/3.7.3git (Nextcloud)")
    assert takes_bulk("Mozilla/5.0 (Linux) mirall/4.0.0 (Nextcloud)")
    assert takes_bulk("")


def test_xml_of_all_kinds_of_values():
    told = {"a": [1, {"b": "<&>"}], "c": None, "d": True, "e": False, "f": 1.5, "g": {}, "h": ""}
    root = ET.fromstring(as_xml("data", told))
    assert [element.tag for element in root] == list("acdefgh")
    assert [element.text for element in root.find("a")] == ["1", None]
    assert root.findtext("a/element/b") == "<&>"
    assert [root.findtext(name) for name in "cdefgh"] == ["", "1", "", "1.5", "", ""]
