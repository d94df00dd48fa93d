import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from server.home.page import Addresses, render
from server.home.words import WORDS, language_of

PLAIN = Addresses("http://localhost:8080", "owner", None)
SECURE = Addresses("https://home.example", "alice", "https://office.example")


class Reader(HTMLParser):
    """Collects what a page would fetch, run or show."""

    def __init__(self, html):
        super().__init__()
        self.text, self.fetched, self.tags, self.attributes = "", [], [], {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes[tag] = dict(attrs)
        self.fetched += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("language", WORDS)
def test_each_client_finds_its_address(language):
    text = Reader(render(PLAIN, language).html).text
    for address in (
        "http://localhost:8080/dav/files/",
        "http://localhost:8080/couchdb",
        'new PouchDB("http://localhost:8080/couchdb/notes"',
        "dav://localhost:8080/dav/files/",
        "webdav://localhost:8080/dav/files/",
        "rclone config create --obscure foyer webdav",
    ):
        assert address in text
    assert "$" not in text


def test_over_https_the_desktops_get_their_secure_schemes():
    text = Reader(render(SECURE, "en").html).text
    assert "davs://home.example/dav/files/" in text
    assert "webdavs://home.example/dav/files/" in text


def test_the_page_says_whether_office_documents_open():
    assert "https://office.example" in Reader(render(SECURE, "en").html).text
    assert "office.secret" in Reader(render(PLAIN, "en").html).text


def test_nothing_is_fetched_or_run():
    reader = Reader(render(SECURE, "fr").html)
    assert reader.fetched == ["/dav/files/"]
    assert "script" not in reader.tags


def test_the_policy_allows_this_style_and_nothing_else():
    page = render(PLAIN, "en")
    style = re.search(r"<style>(.*)</style>", page.html, re.DOTALL)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none'")


def test_the_page_says_its_language():
    for language in WORDS:
        assert Reader(render(PLAIN, language).html).attributes["html"]["lang"] == language


def test_what_others_chose_is_text_and_never_markup():
    nasty = Addresses('http://"><script>', "<b>${dav}</b>", "</code><script>")
    reader = Reader(render(nasty, "en").html)
    assert "script" not in reader.tags
    assert "b" not in reader.tags


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA, en;q=0.8", "fr"),
        ("en-GB, fr;q=0.9", "en"),
        ("de, fr;q=0.5, en;q=0.4", "fr"),
        ("fr;q=0", "en"),
        ("fr;q=2, ;;;, q=", "en"),
        ("*", "en"),
        ("FR", "fr"),
    ],
)
def test_the_language_that_a_browser_likes_best(accepted, language):
    assert language_of(accepted) == language


def test_the_languages_say_the_same_things():
    assert WORDS["en"].keys() == WORDS["fr"].keys()
