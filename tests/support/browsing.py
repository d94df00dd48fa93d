"""A browser as far as forms and cookies go: it keeps cookies, reads forms, and sends them."""

import re
from html import unescape
from html.parser import HTMLParser

from aiohttp import ClientSession, CookieJar

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "User-Agent": "Firefox/140 Linux"}
SCRIPT = {"Accept": "application/json"}


class Forms(HTMLParser):
    """Reads the forms of a page: action, attributes, and the fields that would be sent."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.forms.append({"attributes": told, "fields": {}})
        elif tag == "input" and self.forms and told.get("type") != "checkbox" and told.get("name"):
            self.forms[-1]["fields"][told["name"]] = told.get("value", "")

    def handle_data(self, data):
        self.text += data


class Page:
    """An answer that was read."""

    def __init__(self, response, text):
        self.status, self.headers, self.html = response.status, response.headers, text
        self.at = str(response.url.relative())
        self.text = re.sub(r"\s+", " ", unescape(Forms(text).text))

    def form(self, action=None):
        found = Forms(self.html).forms
        return next(f for f in found if action is None or f["attributes"]["action"] == action)


class Browser:
    """Follows redirects, as browsers do; `language` is what its person reads."""

    def __init__(self, address, language="en"):
        headers = {**PAGE, "Accept-Language": language}
        self.session = ClientSession(address, headers=headers, cookie_jar=CookieJar(unsafe=True))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def get(self, path, **options):
        async with self.session.get(path, **options) as response:
            return Page(response, await response.text())

    async def post(self, path, fields, **options):
        async with self.session.post(path, data=fields, **options) as response:
            return Page(response, await response.text())

    async def send(self, page, action=None, **fields):
        form = page.form(action)
        return await self.post(form["attributes"]["action"], {**form["fields"], **fields})

    async def ask(self, page, action=None, path=None, **fields):
        """Send a form as our scripts do; returns status and what was told."""
        form = page.form(action)
        sent = {**form["fields"], **fields}
        where = path or form["attributes"]["action"]
        async with self.session.post(where, data=sent, headers=SCRIPT) as response:
            return response.status, await response.json(content_type=None)

    async def sign_in(self, passphrase, **fields):
        return await self.send(await self.get("/auth/login"), passphrase=passphrase, **fields)

    def cookie(self, name):
        return next((c for c in self.session.cookie_jar if c.key == name), None)
