"""The owner's settings, read and written whole (cozy.md B9)."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from doctypes.permissions.rule import Verb
from replication.core.errors import Conflict, Invalid
from replication.core.revision import Revision
from server import keys
from server.auth.principal import Kind
from server.home_settings.chosen_language import FOLLOWS, chosen_locale
from server.home_settings.profile import read_profile
from server.home_settings.rights import require_setting
from server.home_settings.settings_document import (
    DOCTYPE,
    INSTANCE_ID,
    SettingsDocument,
    read_settings,
    without_guarded,
    write_settings,
)
from server.http.jsonapi import Resource, answer_one, read_resource
from server.instances.changes import Changes
from server.sign_in.factors import read_factors

_LONGEST_NAME = 64
"""Characters of a time zone."""

_FOR_STRANGERS = frozenset({"locale", "public_name", "tz", "context"})
"""What who has a link to something shared may know of the owner."""


async def instance(request: web.Request) -> web.Response:
    """GET /settings/instance: any credential; those of links learn no address."""
    home = request[keys.HOME]
    document = await read_settings(home.store)
    return answer_one(await _resource(request, document))


async def change_instance(request: web.Request) -> web.Response:
    """PUT /settings/instance: all fields anew, over the revision in `meta.rev`.

    Without a revision it is written over whatever stands there, as cozy-stack does for the first.
    409 when somebody else wrote meanwhile.
    """
    require_setting(request, Verb.PUT, INSTANCE_ID)
    home = request[keys.HOME]
    sent, rev = await read_resource(request)
    stands = await read_settings(home.store)
    base = _revision(rev) if rev else stands.revision
    if rev and stands.revision is not None and base != stands.revision:
        raise Conflict(INSTANCE_ID, base, stands.revision)
    values = without_guarded(sent)
    email = (await read_profile(home)).email
    if email:
        values["email"] = email
    written = await write_settings(home.store, values, stands.revision)
    await _renew_record(request, sent)
    return answer_one(await _resource(request, written))


async def _renew_record(request: web.Request, sent: dict[str, Any]) -> None:
    """Let the home itself speak the language, and live in the zone, that were chosen."""
    record, zone = request[keys.HOME].record, _text(sent, "tz")
    chosen = Changes(
        locale=chosen_locale(record.locale, record.language, sent),
        timezone=zone or record.timezone,
    )
    if (chosen.locale, chosen.timezone) != (record.locale, record.timezone):
        renewed = await request.app[keys.HOMES].change(record.domain, chosen)
        request[keys.HOME] = replace(request[keys.HOME], record=renewed)


def _text(values: dict[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) and len(found) <= _LONGEST_NAME else ""


def _revision(text: str) -> Revision:
    try:
        return Revision.parse(text)
    except Invalid as error:
        raise web.HTTPUnprocessableEntity(text="meta.rev is no revision.") from error


async def _resource(request: web.Request, document: SettingsDocument) -> Resource:
    home = request[keys.HOME]
    record, profile = home.record, await read_profile(home)
    context = request.app[keys.CONTEXTS].of(record.context)
    factors = await read_factors(home.store)
    told: dict[str, Any] = {
        "public_name": home.owner.name,
        "default_redirection": "",
        **without_guarded(document.values),
        "tz": record.timezone or document.values.get("tz", ""),
        "locale": record.language,
        FOLLOWS: not record.locale,
        "context": record.context,
        "uuid": record.uuid,
        "auth_mode": "two_factor_mail" if factors.mail else "basic",
        "password_defined": bool(home.owner.password_hash),
        "onboarding_finished": record.onboarded,
        "auto_update": True,
        "tos": record.terms_signed,
        "tos_latest": context.terms_version,
        "oidc_id": record.oidc_id,
        "org_id": "",
        "org_domain": "",
    }
    addresses = {"email": profile.email, "pending_email": profile.pending_email}
    told |= {name: value for name, value in addresses.items() if value}
    if context.terms_url:
        told["legal_notice_url"] = context.terms_url
    if request[keys.PRINCIPAL].kind is Kind.SHARE:
        told = {name: value for name, value in told.items() if name in _FOR_STRANGERS}
    rev = str(document.revision) if document.revision else ""
    return Resource(DOCTYPE, INSTANCE_ID, told, rev, "/settings/instance")
