"""The home page as HTML: one self-contained page, nothing fetched, no script."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from server.home.words import WORDS

_FOLDER = Path(__file__).parent
_TEMPLATE = Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
_STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this home is reached: `base` is scheme and host; `office` the Document Server's."""

    base: str
    owner: str
    office: str | None

    @property
    def dav(self) -> str:
        """The WebDAV address, which a program mounts."""
        return f"{self.base}/dav/files/"

    @property
    def couch(self) -> str:
        """The root under which each database is one address."""
        return f"{self.base}/couchdb"

    def mounted_as(self, plain: str, secure: str) -> str:
        """Return the WebDAV address with the scheme that a desktop has for it."""
        scheme, _, rest = self.dav.partition("://")
        return f"{secure if scheme == 'https' else plain}://{rest}"


@dataclass(frozen=True, slots=True)
class Page:
    """The HTML, and the Content-Security-Policy that it keeps to."""

    html: str
    policy: str


def render(addresses: Addresses, language: str) -> Page:
    """Return the page in a language of `words`."""
    owner = {"owner": addresses.owner}
    words = {key: Template(text).safe_substitute(owner) for key, text in WORDS[language].items()}
    values = {key: escape(text) for key, text in {**words, **_facts(addresses)}.items()}
    office = _office(addresses.office, values)
    return Page(_TEMPLATE.substitute(values, style=_STYLE, office_status=office), _POLICY)


def _facts(addresses: Addresses) -> dict[str, str]:
    return {
        "owner": addresses.owner,
        "host": addresses.base.partition("://")[2],
        "dav": addresses.dav,
        "couch": addresses.couch,
        "gnome": addresses.mounted_as("dav", "davs"),
        "kde": addresses.mounted_as("webdav", "webdavs"),
    }


def _office(server: str | None, words: dict[str, str]) -> str:
    if server is None:
        return words["office_off"]
    return f"{words['office_on']} <code>{escape(server)}</code>"
