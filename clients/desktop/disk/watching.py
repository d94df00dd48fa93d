"""Which watcher listens on this system."""

import platform

from clients.desktop.disk.watcher import Listener, Watcher


def watcher(folder: str, listener: Listener) -> Watcher:
    """Return what watches a folder on this system."""
    if platform.system() == "Linux":
        from clients.desktop.disk.inotify_watcher import InotifyWatcher

        return InotifyWatcher(folder, listener)
    from clients.desktop.disk.notify_watcher import NotifyWatcher

    return NotifyWatcher(folder, listener)
