from html.parser import HTMLParser

import pytest

from server.home.page import Addresses, sheet
from server.home.words import WORDS
from server.pages.look import OURS
from server.pages.page import policy, rendered

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


def render(addresses, language, host="home.example"):
    return rendered(sheet(addresses), language, OURS, {"host": host, "csrf_token": ""})


@pytest.mark.parametrize("language", WORDS)
def test_each_client_finds_its_address(language):
    text = Reader(render(PLAIN, language)).text
    for address in (
        "http://localhost:8080/dav/files/",
        "http://localhost:8080/couchdb",
        'new PouchDB("http://localhost:8080/couchdb/notes"',
        "dav://localhost:8080/dav/files/",
        "webdav://localhost:8080/dav/files/",
        "rclone config create --obscure foyer webdav",
    ):
        assert address in text
    assert "{{" not in text


def test_over_https_the_desktops_get_their_secure_schemes():
    text = Reader(render(SECURE, "en")).text
    assert "davs://home.example/dav/files/" in text
    assert "webdavs://home.example/dav/files/" in text


def test_the_page_says_whether_office_documents_open():
    assert "https://office.example" in Reader(render(SECURE, "en")).text
    assert "office.secret" in Reader(render(PLAIN, "en")).text


def test_nothing_foreign_is_fetched_and_nothing_run():
    reader = Reader(render(SECURE, "fr"))
    assert all(address.startswith(("/", "#")) for address in reader.fetched)
    assert "script" not in reader.tags
    assert "script-src" not in policy(sheet(SECURE), OURS)
    assert policy(sheet(SECURE), OURS).startswith("default-src 'none'")


def test_the_page_says_its_language():
    for language in WORDS:
        assert Reader(render(PLAIN, language)).attributes["html"]["lang"] == language


def test_what_others_chose_is_text_and_never_markup():
    nasty = Addresses('http://"><script>', "<b>{dav}</b>", "</code><script>")
    reader = Reader(render(nasty, "en", host='"><script>'))
    assert "script" not in reader.tags
    assert "b" not in reader.tags


def test_the_languages_say_the_same_things():
    assert WORDS["en"].keys() == WORDS["fr"].keys()
