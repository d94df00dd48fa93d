import json
from dataclasses import replace
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from server.apps.manifest import read_manifest
from server.apps.markup import Facts, escaped, filled

MANIFEST = read_manifest(b'{"slug": "hello", "version": "1", "name": "Hello <b>", "editor": "E"}')
FACTS = Facts("to.k.en", "home.example:8080", "flat", "fr", True, {"a": [1]}, {"b": True})


def test_places_are_filled_and_others_stay():
    page = filled("{{.Domain}} {{ .Token }} {{.AppName}} {{.CozyBar}}| {{.Other}}", MANIFEST, FACTS)
    assert page == "home.example:8080 to.k.en Hello &lt;b&gt; | {{.Other}}"


def test_what_the_page_is_told_is_read_as_cozys_client_does():
    page = filled('<div data-cozy="{{.CozyData}}">', MANIFEST, FACTS)
    told = page.partition('data-cozy="')[2].partition('"')[0]
    assert "&quot;" not in told
    read = json.loads(unescape(told))
    assert read["token"] == "to.k.en"
    assert read["app"] == {
        "editor": "E", "name": "Hello <b>", "prefix": "", "slug": "hello", "icon": "",
    }  # fmt: skip
    assert (read["subdomain"], read["isLoggedIn"], read["flags"]) == ("flat", True, {"a": [1]})


@given(st.text())
def test_no_text_leads_out_of_a_quoted_place(text):
    assert not set("\"<>'") & set(escaped(text))
    assert unescape(escaped(text)) == unescape(unescape(escaped(text))) or "&" in text
    page = filled('a="{{.Token}}"', MANIFEST, replace(FACTS, token=text))
    assert page.count('"') == 2
