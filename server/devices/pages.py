"""The page of devices: who may enter, a password for a new one, another name, the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from doctypes.files.node import DOCTYPE as FILES
from doctypes.permissions.rule import Verb
from doctypes.profiles.profile import MOST_RULES
from server import keys
from server.audit.trail import audited
from server.devices.api import rename, revoke_known
from server.devices.app_passwords import AppPassword, legal_name
from server.devices.entering import permissions_of
from server.devices.errors import DeviceIllegal, DeviceMissing
from server.devices.kinds import PasswordKind, Wanted, read_kind
from server.devices.page_words import WORDS
from server.devices.profile_form import chosen_profile, form_of
from server.devices.profiles import keep_profile
from server.devices.proving import proof_first
from server.devices.room import DEVICES
from server.devices.shown import ShownDevice, shown_device, shown_devices
from server.devices.spoken import day, moment, rights_of
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page, page_language

PATH = "/devices"
NEW = "/devices/new"
KINDS = tuple(PasswordKind)
_FIELDS = ("name", "kind", "doctypes", "read_only")


@dataclass(frozen=True, slots=True)
class Card:
    """A device in words."""

    id: str
    name: str
    kind: str
    rights: list[str]
    seen: str
    address: str
    since: str


async def show(request: web.Request) -> web.Response:
    """GET /devices: all devices, the latest seen first."""
    did = request.query.get("did", "")
    values = {
        "devices": [_card(shown, request) for shown in await shown_devices(request[keys.HOME])],
        "notice": did if did in ("renamed", "revoked", "seen_anew") else "",
    }
    return page(request, Sheet("devices/devices.html", WORDS, values))


async def show_new(request: web.Request) -> web.Response:
    """GET /devices/new: the form for a new device."""
    return await proof_first(request, NEW) or _new(request)


async def make(request: web.Request) -> web.Response:
    """POST /devices/new: an app password, shown once; or the form with what is wrong with it."""
    form = await request.post()
    check_form(request, form.get(FIELD))
    proof = await proof_first(request, NEW)
    if proof is not None:
        return proof
    sent = {name: str(form.get(name, "")) for name in _FIELDS}
    try:
        name, wanted = legal_name(sent["name"]), _wanted(sent)
        made = await request.app[DEVICES].passwords.make(request[keys.HOME], name, wanted)
    except DeviceIllegal as wrong:
        return _new(request, wrong.why, sent)
    await audited(request, "device.made", made.device.client_name, kind=made.device.client_kind)
    return page(request, _made(request, made))


async def show_one(request: web.Request) -> web.Response:
    """GET /devices/{id}: one device, to rename it or take it out."""
    shown = await shown_device(request[keys.HOME], request.match_info["id"])
    if shown is None:
        raise DeviceMissing(request.match_info["id"])
    return await _one(request, shown)


async def change(request: web.Request) -> web.Response:
    """POST /devices/{id} `do=rename|sees|revoke`: back to the list, which says what was done."""
    form = await request.post()
    check_form(request, form.get(FIELD))
    device_id, home = request.match_info["id"], request[keys.HOME]
    shown = await shown_device(home, device_id)
    if shown is None:
        raise web.HTTPSeeOther(PATH)
    if form.get("do") == "revoke":
        await revoke_known(request, device_id)
        raise web.HTTPSeeOther(f"{PATH}?did=revoked")
    if form.get("do") == "sees":
        await _change_sight(request, shown, form)
        raise web.HTTPSeeOther(f"{PATH}?did=seen_anew")
    try:
        await rename(request, device_id, legal_name(form.get("name")))
    except DeviceIllegal as wrong:
        return await _one(request, shown, wrong.why)
    raise web.HTTPSeeOther(f"{PATH}?did=renamed")


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the page."""
    return [
        web.get(PATH, show),
        web.get(NEW, show_new),
        web.post(NEW, make),
        web.get(f"{PATH}/{{id}}", show_one),
        web.post(f"{PATH}/{{id}}", change),
    ]


async def _change_sight(
    request: web.Request, shown: ShownDevice, form: MultiDictProxy[Any]
) -> None:
    folders = [str(folder) for folder in form.getall("folder", [])][:MOST_RULES]
    profile = chosen_profile(
        shown.device.sync_profile,
        str(form.get("sees", "")),
        folders,
        read_only="read_only" in form,
        hide_junk="hide_junk" in form,
    )
    await keep_profile(request[keys.HOME], shown.id, profile, by_owner=True)


async def _one(request: web.Request, shown: ShownDevice, wrong: str = "") -> web.Response:
    values: dict[str, object] = {"device": _card(shown, request), "wrong": wrong, "sees": None}
    if permissions_of(shown.device.scope).allows_type(Verb.GET, FILES):
        values["sees"] = await form_of(request[keys.HOME].files, shown.device.sync_profile)
    sheet = Sheet("devices/device.html", WORDS, values, forms=PATH)
    return page(request, sheet, status=422 if wrong else 200)


def _new(request: web.Request, wrong: str = "", sent: dict[str, str] | None = None) -> web.Response:
    values = {"kinds": KINDS, "wrong": wrong, "sent": sent or dict.fromkeys(_FIELDS, "")}
    sheet = Sheet("devices/new.html", WORDS, values, forms=PATH)
    return page(request, sheet, status=422 if wrong else 200)


def _made(request: web.Request, made: AppPassword) -> Sheet:
    base = f"{request.scheme}://{request.host}"
    addresses = {PasswordKind.WEBDAV: f"{base}/dav/files/", PasswordKind.COUCHDB: f"{base}/couchdb"}
    values = {
        "name": made.device.client_name,
        "password": made.password,
        "login": request[keys.HOME].owner.name,
        "address": addresses.get(PasswordKind(made.device.client_kind), base),
    }
    return Sheet("devices/made.html", WORDS, values, forms=PATH, scripts=True)


def _card(shown: ShownDevice, request: web.Request) -> Card:
    language, now = page_language(request), request.app[DEVICES].passwords.now()
    device = shown.device
    kind = device.client_kind if device.is_password else "oauth"
    return Card(
        shown.id,
        device.client_name,
        kind,
        rights_of(kind, device.scope, language),
        moment(shown.last_seen, now, language) if shown.last_seen else "",
        shown.seen.address if shown.seen else "",
        _day(device.created_at, language),
    )


def _day(text: str, language: str) -> str:
    try:
        return day(datetime.fromisoformat(text), language)
    except ValueError:
        return ""


def _wanted(sent: dict[str, str]) -> Wanted:
    doctypes = tuple(sent["doctypes"].replace(",", " ").split())
    return Wanted(read_kind(sent["kind"]), doctypes, bool(sent["read_only"]))
