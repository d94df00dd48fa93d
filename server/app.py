"""How the house is put together: engines, homes, doors, and what runs beside them.

Parts get their clock, ids and randomness from here; what homes are kept in, from `engines`.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from replication.blobs.local import LocalBlobStore
from replication.blobs.protocol import BlobStore
from replication.store.sqlite.backup import copy_database
from server import keys
from server.accounts.sealed_store import SealedStore
from server.apps.serving import serve_app
from server.assembly import assemble
from server.audit.trail import AUDIT, AuditTrail, written_now_and_then
from server.auth.authenticator import Authenticator
from server.auth.counts import COUNTS, Counts
from server.auth.gate import admit as admit_to_home
from server.auth.throttle import Throttle
from server.backup.snapshot import Engine
from server.data.dialect import COUCH
from server.data.server_name import names_server
from server.devices.app_passwords import PasswordMaker
from server.devices.device import devices_of
from server.devices.last_seen import LastSeen
from server.devices.pace import PollingPace
from server.devices.room import DEVICES, DeviceRoom
from server.engines import Engines, closed, open_documents
from server.files.resumable.routes import speaks_tus
from server.fresh import new_id, now
from server.home.white_label import look_by_context
from server.http.cors import allow_pages, of_home
from server.http.dialects import OF_HOME
from server.instances.directory import InstanceDirectory
from server.instances.instance import Instance
from server.instances.neighbours import NOBODY, Neighbours
from server.instances.newness import is_new, settled
from server.instances.outline import Outline
from server.instances.record import InstanceRecord
from server.jobs.clean_trash import clean_now_and_then
from server.mail.mailer import Mailer
from server.media.following import Thumbnails
from server.media.media import MEDIA, Media
from server.media.text_following import Texts
from server.nextcloud.folder_sizes import FolderSizes
from server.nextcloud.mount import SIZES
from server.oauth.oauth import OAUTH, OAuth
from server.oauth.oidc.providers import PROVIDERS, Providers
from server.oauth.sweeping import sweep_clients_now_and_then
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
from server.wopi.wopi import WOPI, wopi_of

TRASH_SECONDS = 3600.0
CLIENT_SWEEP_SECONDS = 600.0


def build_app(
    settings: Settings,
    records: Iterable[InstanceRecord | Outline],
    neighbours: Neighbours = NOBODY,
) -> web.Application:
    """Return the application that serves these homes by all their doors."""
    media, notices = Media(), Notices()
    engines = Engines(new_id, settings)
    following = Following(
        lambda record: open_home(record, engines),
        lambda instance: Thumbnails(instance, media, notices).follow(),
        lambda instance: Texts(instance, media).follow(),
    )
    directory = InstanceDirectory(
        records, following.open, clock=time.monotonic, neighbours=neighbours
    )
    app = assemble(settings, directory, OF_HOME, admit_to_home, neighbours)
    app.cleanup_ctx.insert(0, closed(engines))
    app[keys.HOMES] = replace(app[keys.HOMES], erase_kept=engines.erase)
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
    _add_office(app, settings, notices)
    _add_oauth(app, settings, counts)
    for routes in DOORS:
        app.add_routes(routes())
    app.cleanup_ctx.append(_cleaned_trash)
    allow_pages(app, of_home)
    app.on_response_prepare.append(names_server(COUCH.prefix))
    app.on_response_prepare.append(speaks_tus)
    return app


def engine() -> Engine:
    """Return what backups need of the embedded engine."""
    return Engine(copy_database, lambda record: open_instance(record, Engines(new_id)))


async def open_home(record: InstanceRecord, engines: Engines) -> Instance:
    """Open a home; a new one gets the folders that applications expect. Raises as the engine's."""
    instance = await open_instance(record, engines)
    if is_new(record.folder):
        await instance.files.make_first_folders(record.language)
        settled(record.folder)
    return instance


def open_blobs(folder: Path) -> BlobStore:
    """Open a folder of contents that belongs to no open home: a copy, a backup."""
    return LocalBlobStore(folder)


async def open_instance(record: InstanceRecord, engines: Engines) -> Instance:
    """Open a home with what it keeps about itself. Raises as `open_documents` does."""
    instance = await open_documents(record, engines)
    try:
        await devices_of(instance.store).prepare()
        await permissions_of(instance.store).prepare()
        await short_codes_of(instance.store).prepare()
    except BaseException:
        await instance.close()
        raise
    return replace(
        instance, store=SealedStore(instance.store, instance.secret, secrets.token_bytes)
    )


def _add_oauth(app: web.Application, settings: Settings, counts: Counts) -> None:
    app[PROVIDERS] = Providers(settings.oidc, time.time)
    app[OAUTH] = new_oauth(counts.throttle("registrations"))
    app.cleanup_ctx.append(_swept_clients)


def _add_office(app: web.Application, settings: Settings, notices: Notices) -> None:
    app[OFFICE] = Office(settings.office, now, new_id, told_by(notices))
    app[PREVIEWS] = Previews()
    app.cleanup_ctx.append(swept_office)
    app[WOPI] = wopi_of(app, settings.wopi, time.monotonic)


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


async def _media(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[MEDIA].close()


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
