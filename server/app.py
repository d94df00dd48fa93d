"""How the house is put together: engines, homes, doors, and what runs beside them.

The only file that names concrete engines. Parts get their clock, ids and randomness from here.
"""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

from aiohttp import ClientSession, web
from aiohttp.typedefs import Middleware

from doctypes.files.file_tree import FileTree
from replication.blobs.local import LocalBlobStore
from replication.blobs.protocol import BlobStore
from replication.store.sqlite.backup import copy_database
from replication.store.sqlite.store import SqliteDocumentStore
from server import keys
from server.accounts.sealed_store import SealedStore
from server.apps.serving import serve_app
from server.audit.trail import AUDIT, AuditTrail, written_now_and_then
from server.auth.authenticator import Authenticator
from server.auth.caller import read_networks
from server.auth.counts import COUNTS, Counts, kept_counts
from server.auth.credentials import Credentials
from server.auth.gate import admit as admit_to_home
from server.auth.live import LiveRequests
from server.auth.throttle import Throttle
from server.backup.snapshot import Engine
from server.data.dialect import COUCH
from server.data.open_feeds import FEEDS, OpenFeeds
from server.data.server_name import names_server
from server.data.size_limits import LIMITS, SizeLimits
from server.dav.kept_locks import locks_over
from server.devices.app_passwords import PasswordMaker
from server.devices.device import devices_of
from server.devices.last_seen import LastSeen
from server.devices.pace import PollingPace
from server.devices.room import DEVICES, DeviceRoom
from server.files.resumable.routes import speaks_tus
from server.home.white_label import look_by_context
from server.http import health, middlewares
from server.http.cors import allow_pages, of_home
from server.http.dialects import OF_HOME, Dialects
from server.http.in_flight import InFlight
from server.http.limits import LARGEST_FORM
from server.instances.context import Contexts
from server.instances.directory import InstanceDirectory
from server.instances.founding import HomeRegister
from server.instances.homes import ServedHomes
from server.instances.instance import Instance
from server.instances.newness import is_new, settled
from server.instances.outline import Outline
from server.instances.record import InstanceRecord
from server.jobs.clean_trash import clean_now_and_then
from server.jobs.erase_homes import erase_now_and_then
from server.jobs.sweep_blobs import sweep_now_and_then
from server.mail.mailer import Mailer
from server.media.following import Thumbnails
from server.media.media import MEDIA, Media
from server.media.text_following import Texts
from server.nextcloud.folder_sizes import FolderSizes
from server.nextcloud.mount import SIZES
from server.oauth.oauth import OAUTH, OAuth
from server.oauth.oidc.providers import PROVIDERS, Providers
from server.oauth.sweeping import sweep_clients_now_and_then
from server.observe.answered import ANSWERED
from server.observe.heap import give_back
from server.observe.metrics import Metrics
from server.observe.readiness import Readiness
from server.office.office import OFFICE, Office
from server.office.previews import PREVIEWS, Previews
from server.office.sweeping import swept_office
from server.office.telling import told_by
from server.pages.look import LOOK_OF
from server.permissions.link_password import LINK_PASSWORDS, LinkPasswords
from server.permissions.links import Links
from server.permissions.permission import permissions_of, short_codes_of
from server.permissions.routes import LINKS
from server.realtime.notices import NOTICES, Notices
from server.replications.following import Following
from server.rooms import DOORS, ROOMS, ways
from server.settings import Settings
from server.sign_in.letters import LETTERS_RATE
from server.sign_in.room import SECOND_STEPS, SIGN_IN, SignIn
from server.sign_in.session_seen import SessionSeen
from server.views.home_designs import HomeDesigns
from server.wopi.wopi import WOPI, wopi_of

_log = logging.getLogger(__name__)

SWEEP_SECONDS = 3600.0
ERASE_SECONDS = 3600.0
TRASH_SECONDS = 3600.0
CLIENT_SWEEP_SECONDS = 600.0


_IDS = 16**12
_request_ids = count(int.from_bytes(os.urandom(6), "big"))
"""Counts on from anywhere: asking the system for each request costs more than counting."""


def build_app(settings: Settings, records: Iterable[InstanceRecord | Outline]) -> web.Application:
    """Return the application that serves these homes by all their doors."""
    media, notices = Media(), Notices()
    following = Following(
        open_home,
        lambda instance: Thumbnails(instance, media, notices).follow(),
        lambda instance: Texts(instance, media).follow(),
    )
    directory = InstanceDirectory(records, following.open, clock=time.monotonic)
    app = assemble(settings, directory)
    app[LOOK_OF] = look_by_context(app[keys.CONTEXTS])
    following.serve(app, directory, now=now, new_id=new_id)
    app[keys.ROOMS] = ROOMS
    counts = app[COUNTS]
    app[keys.AUTHENTICATOR] = Authenticator(
        secrets.token_bytes(32), app[keys.CREDENTIALS], ways(counts), time.time
    )
    app[keys.APP_DOOR] = serve_app
    app[keys.LAST_SEEN] = LastSeen(now)
    app[DEVICES] = DeviceRoom(
        PasswordMaker(now, new_id, secrets.token_bytes),
        counts.throttle("devices"),
        PollingPace(time.monotonic),
    )
    app[keys.SESSION_SEEN] = SessionSeen(now)
    app[SIGN_IN] = _sign_in(settings, counts)
    app[AUDIT] = AuditTrail(now, new_id)
    app.cleanup_ctx.append(written_now_and_then)
    app[NOTICES], app[MEDIA], app[SIZES] = notices, media, FolderSizes()
    app.cleanup_ctx.append(_media)
    app[LINKS] = Links(now, new_id, secrets.token_bytes)
    app[LINK_PASSWORDS] = LinkPasswords(counts.throttle("link passwords"))
    app[OFFICE] = Office(settings.office, now, new_id, told_by(notices))
    app[PREVIEWS] = Previews()
    app.cleanup_ctx.append(swept_office)
    app[WOPI] = wopi_of(app, settings.wopi, time.monotonic)
    app[PROVIDERS] = Providers(settings.oidc, time.time)
    app[OAUTH] = new_oauth(counts.throttle("registrations"))
    for routes in DOORS:
        app.add_routes(routes())
    app.cleanup_ctx.append(_swept_clients)
    app.cleanup_ctx.append(_cleaned_trash)
    allow_pages(app, of_home)
    app.on_response_prepare.append(names_server(COUCH.prefix))
    app.on_response_prepare.append(speaks_tus)
    return app


def assemble(
    settings: Settings,
    directory: InstanceDirectory,
    dialects: Dialects = OF_HOME,
    admit: Middleware = admit_to_home,
) -> web.Application:
    """Return an application with the chain of middlewares and the health routes, and no door."""
    size_limits = SizeLimits(
        settings.max_document_size, settings.max_attachment_size, settings.max_request_size
    )
    app = web.Application(
        middlewares=middlewares.chain(
            trusted=read_networks(settings.trusted_proxies),
            new_request_id=new_request_id,
            clock=time.monotonic,
            admit=admit,
        ),
        client_max_size=LARGEST_FORM,
    )
    app[keys.SETTINGS] = settings
    app[keys.NOW], app[keys.NEW_ID] = now, new_id
    app[keys.NEW_REQUEST_ID] = new_request_id
    app[keys.INSTANCES] = directory
    app[keys.HOMES] = ServedHomes(
        HomeRegister(settings.dir, secrets.token_bytes, settings.kdf_iterations), directory
    )
    app[keys.CONTEXTS] = Contexts(settings.contexts)
    app[keys.DIALECTS] = dialects
    counts = app[COUNTS] = Counts(settings.dir, time.monotonic, time.time)
    app[keys.CREDENTIALS] = Credentials(
        secrets.token_bytes(32), time.monotonic, counts.throttle("passphrases")
    )
    app[keys.LIVE] = LiveRequests()
    app[keys.METRICS] = Metrics(lambda: directory.open_count)
    app[keys.READINESS] = Readiness(settings.dir, time.monotonic)
    app[keys.IN_FLIGHT] = InFlight()
    app[FEEDS] = OpenFeeds(settings.max_feeds)
    app[LIMITS] = lambda: size_limits
    app.add_routes(health.routes())
    # Stopping takes them from the right: what runs beside requests first, the homes last.
    app.cleanup_ctx.append(kept_counts)
    app.cleanup_ctx.extend([_said, _homes, _http_client, _idle_homes, _swept_blobs, _erased_homes])
    return app


def engine() -> Engine:
    """Return what backups need of the embedded engine."""
    return Engine(copy_database, open_instance)


async def open_home(record: InstanceRecord) -> Instance:
    """Open a home; a new one gets the folders that applications expect. Raises as the engine's."""
    instance = await open_instance(record)
    if is_new(record.folder):
        await instance.files.make_first_folders(record.locale)
        settled(record.folder)
    return instance


def open_blobs(folder: Path) -> BlobStore:
    """Open a folder of contents that belongs to no open home: a copy, a backup."""
    return LocalBlobStore(folder)


async def open_instance(record: InstanceRecord) -> Instance:
    """Open a home with what it keeps about itself. Raises as `open_documents` does."""
    instance = await open_documents(record)
    try:
        await devices_of(instance.store).prepare()
        await permissions_of(instance.store).prepare()
        await short_codes_of(instance.store).prepare()
    except BaseException:
        await instance.close()
        raise
    return replace(instance, store=SealedStore(instance.store, record.secret, secrets.token_bytes))


async def open_documents(record: InstanceRecord) -> Instance:
    """Open a home's documents and files alone, with the embedded engine.

    Raises ValueError for a file that is not ours or of another format.
    """
    store = SqliteDocumentStore(record.folder / "documents.db")
    try:
        blobs = LocalBlobStore(record.folder / "blobs")
        files = FileTree(
            store, blobs, clock=now, new_id=new_id, address=f"https://{record.domain}/"
        )
        await files.start()
        files.quota = record.quota
    except BaseException:
        await store.close()
        raise
    return Instance(
        record=record,
        store=store,
        blobs=blobs,
        files=files,
        designs=HomeDesigns.over(store),
        locks=locks_over(store, now, new_lock_token),
    )


def _sign_in(settings: Settings, counts: Counts) -> SignIn:
    return SignIn(
        now,
        secrets.token_bytes,
        new_id,
        Mailer(settings.mail, now),
        counts.throttle("second steps", SECOND_STEPS),
        counts.throttle("letters", LETTERS_RATE),
        settings.kdf_iterations,
        counts.used_up("sign-in"),
    )


def new_oauth(registrations: Throttle | None = None) -> OAuth:
    """Return what the routes for OAuth clients, and commands about them, take."""
    return OAuth(now, secrets.token_bytes, registrations or Throttle(time.monotonic))


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return an id that nobody has: 32 hexadecimal digits."""
    return uuid4().hex


def new_lock_token() -> str:
    """Return a token that no lock has, as a URI (RFC 4918 6.5)."""
    return uuid4().urn


def new_request_id() -> str:
    """Return an id that tells one request from the others of the week."""
    return f"{next(_request_ids) % _IDS:012x}"


async def _said(app: web.Application) -> AsyncIterator[None]:
    """Say of all requests that they were answered, before the process ends."""
    del app
    yield
    ANSWERED.say()


async def _homes(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[keys.INSTANCES].close()


async def _media(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[MEDIA].close()


async def _http_client(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession() as session:
        app[keys.HTTP_CLIENT] = session
        yield


async def _idle_homes(app: web.Application) -> AsyncIterator[None]:
    """Close homes that nobody has asked for in a while, so that memory follows the active ones."""
    idle = app[keys.SETTINGS].idle_seconds
    closing = asyncio.create_task(_close_idle_homes(app[keys.INSTANCES], idle))
    yield
    closing.cancel()
    await asyncio.wait([closing])


async def _close_idle_homes(directory: InstanceDirectory, idle: float) -> None:
    while True:
        await asyncio.sleep(idle / 4)
        closed = await directory.close_idle(idle)
        if closed:
            _log.info("idle homes closed", extra={"count": closed})
        await asyncio.to_thread(give_back)


async def _swept_blobs(app: web.Application) -> AsyncIterator[None]:
    """Take away what no document names any more, so that what is deleted gives its room back."""
    sweeping = asyncio.create_task(
        sweep_now_and_then(app[keys.INSTANCES], every=SWEEP_SECONDS, clock=time.time)
    )
    yield
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def _cleaned_trash(app: web.Application) -> AsyncIterator[None]:
    """Destroy what has lain in the trash for longer than its home's context says."""
    homes, contexts = app[keys.INSTANCES], app[keys.CONTEXTS]
    cleaning = asyncio.create_task(clean_now_and_then(homes, contexts, every=TRASH_SECONDS))
    yield
    cleaning.cancel()
    await asyncio.wait([cleaning])


async def _swept_clients(app: web.Application) -> AsyncIterator[None]:
    """Forget the clients that registered and never came back."""
    sweeping = asyncio.create_task(
        sweep_clients_now_and_then(app[keys.INSTANCES], every=CLIENT_SWEEP_SECONDS, clock=now)
    )
    yield
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def _erased_homes(app: web.Application) -> AsyncIterator[None]:
    """Erase the homes whose time has come, every hour."""
    erasing = asyncio.create_task(erase_now_and_then(app[keys.HOMES], every=ERASE_SECONDS, now=now))
    yield
    erasing.cancel()
    await asyncio.wait([erasing])
