import pytest

from server.office.download import DownloadRefused, internal_address
from server.office.settings import OfficeSettings

SIGNED = "/cache/files/data/k_1/output.docx/output.docx?md5=a%2Bb-_&expires=1&filename=x%20y.docx"


def settings(server, internal=None):
    return OfficeSettings(server, "s" * 32, internal_server=internal)


@pytest.mark.parametrize(
    ("server", "internal", "url", "fetched"),
    [
        ("https://o.example", None, "https://o.example", "https://o.example"),
        ("https://o.example/", None, "https://o.example", "https://o.example"),
        ("https://o.example", None, "https://o.example:443", "https://o.example"),
        ("https://O.example", None, "HTTPS://o.EXAMPLE", "https://o.example"),
        ("https://o.example", "http://ds:8000", "https://o.example", "http://ds:8000"),
        ("https://o.example", "http://ds:8000", "http://ds:8000", "http://ds:8000"),
        ("https://o.example/ds", "http://ds", "https://o.example/ds", "http://ds"),
        ("https://o.example", "http://ds/in", "https://o.example", "http://ds/in"),
        ("https://o.example/a/", "http://ds/b/", "https://o.example/a", "http://ds/b"),
    ],
)
def test_the_signed_part_stays_to_the_letter(server, internal, url, fetched):
    assert str(internal_address(url + SIGNED, settings(server, internal))) == fetched + SIGNED


@pytest.mark.parametrize(
    "url",
    [
        "http://o.example/ds/cache/x",
        "https://o.example:8443/ds/cache/x",
        "https://o.example/other/x",
        "https://o.example/dsx/cache",
        "https://o.example.evil.example/ds/x",
        "https://o.example@evil.example/ds/x",
        "https://u@o.example/ds/x",
        "https://u:p@o.example/ds/x",
        "https://evil.example/https://o.example/ds/x",
        "file:///ds/x",
        "https:///ds/x",
        "//o.example/ds/x",
        "/ds/x",
        "",
    ],
)
def test_nowhere_else(url):
    with pytest.raises(DownloadRefused):
        internal_address(url, settings("https://o.example/ds"))
