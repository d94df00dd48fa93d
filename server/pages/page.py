"""A page: a template, words in the reader's language, and a policy that lets nothing foreign in.

Templates are named by room and file (`sign_in/login.html`) and extend `pages/shell.html`. In one,
`t("key", name=…)` says a phrase, `asset("room/file")` is an address, `look` the home's look, `host`
its name, and `csrf_token` the field for forms, where the page has any.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from server.pages.assets import address_of
from server.pages.forms import form_token, keep_form_token
from server.pages.language import language_of
from server.pages.look import Look, look_of
from server.pages.words import Words, phrases

if TYPE_CHECKING:
    from jinja2 import Environment

_ROOMS = Path(__file__).parents[1]
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page is made of.

    `forms` is the path under which its forms are sent, empty for a page without any; `form_to`
    names addresses that a form may lead on to, beside this host (`cozydesktop:`). `scripts` tells
    whether it has scripts of ours; `embeds` are origins whose scripts and frames it takes besides.
    """

    template: str
    words: Words
    values: Mapping[str, object] = field(default_factory=dict)
    forms: str = ""
    form_to: tuple[str, ...] = ()
    scripts: bool = False
    embeds: tuple[str, ...] = ()


def page_language(request: web.Request) -> str:
    """Return the language in which a page is shown to who asks."""
    return language_of(request.headers.get("Accept-Language", ""), look_of(request).locale)


def page(
    request: web.Request,
    sheet: Sheet,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Return a page as a response; with its forms goes the cookie that they are held to."""
    look, token = look_of(request), form_token(request) if sheet.forms else ""
    html = rendered(
        sheet, page_language(request), look, {"host": request.host, "csrf_token": token}
    )
    told = {**_HEADERS, "Content-Security-Policy": policy(sheet, look), **(headers or {})}
    response = web.Response(text=html, content_type="text/html", status=status, headers=told)
    if token:
        keep_form_token(request, response, token, sheet.forms)
    return response


def rendered(sheet: Sheet, language: str, look: Look, facts: Mapping[str, object]) -> str:
    """Return a page as HTML in one language."""
    said = phrases(sheet.words, language)

    def say(key: str, **values: object) -> str:
        return said[key].format(**values)

    values = {**sheet.values, **facts, "t": say, "lang": language, "look": look}
    return _environment().get_template(sheet.template).render(values)


def policy(sheet: Sheet, look: Look) -> str:
    """Return the Content-Security-Policy of a page."""
    style = f" 'sha256-{_digest(look.style)}'" if look.style else ""
    others = " ".join(sheet.embeds)
    scripts = f"script-src 'self' {others}; connect-src 'self'; " if sheet.scripts else ""
    scripts += f"frame-src {others}; " if sheet.embeds else ""
    form_action = " ".join(("'self'", *sheet.form_to)) if sheet.forms else "'none'"
    return (
        f"default-src 'none'; style-src 'self'{style}; img-src 'self' data:; {scripts}"
        f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # a fifth of a second

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_ROOMS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = address_of
    return environment
