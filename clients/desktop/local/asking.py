"""What is asked of the process that keeps a folder, by whatever window or terminal asks."""

from clients.desktop.local.control import NotRunning, Told, ask
from clients.desktop.local.store import KeptFolder, Store


async def status_of(store: Store, folder: KeptFolder) -> Told:
    """Return how a folder is, with its path; `stopped` where no process keeps it."""
    try:
        told = await ask(store.place(folder), "status")
    except NotRunning:
        told = {"stopped": True}
    return {**told, "id": folder.id, "folder": folder.path, "home": address_of(store, folder)}


async def statuses(store: Store) -> list[Told]:
    """Return how all folders are."""
    return [await status_of(store, folder) for folder in store.folders()]


def address_of(store: Store, folder: KeptFolder) -> str:
    """Return where the home of a folder is; nothing where this computer knows it no more."""
    credentials = store.home(folder.home)
    return "" if credentials is None else credentials.address


async def hold(store: Store, folder: KeptFolder, *, paused: bool) -> None:
    """Hold a folder, or let it go on; written down, so that a start of the computer knows it."""
    folder.paused = paused
    store.keep(folder)
    try:
        await ask(store.place(folder), "pause" if paused else "resume")
    except NotRunning:
        return


async def limit(store: Store, folder: KeptFolder, *, up: int, down: int) -> None:
    """Hold transfers to so many bytes a second each way, 0 for no limit; written down as well."""
    folder.up, folder.down = up, down
    store.keep(folder)
    try:
        await ask(store.place(folder), "limit", up=up, down=down)
    except NotRunning:
        return
