"""Servers that speak WebDAV over a folder, started here where they are installed."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from benchmarks.http_client import Place
from benchmarks.nginx import has_propfind, nginx, nginx_command
from benchmarks.servers import Server, until_answers
from tests.support.running_home import free_port

_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
_APACHE_MODULES = Path("/usr/lib/apache2/modules")
_APACHE = """
ServerName localhost
ServerRoot {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache-errors.log
Listen 127.0.0.1:{port}
{modules}
DAVLockDB {folder}/apache-locks
DocumentRoot {root}
LimitRequestBody 0
MaxKeepAliveRequests 0
<Directory {root}>
  Require all granted
  Dav On
</Directory>
"""
_MODULES = ("mpm_event", "authz_core", "dav", "dav_fs", "dir")

Start = Callable[[Path, Path], AbstractContextManager[Server]]


@contextmanager
def _running(name: str, command: Sequence[str], folder: Path, port: int) -> Iterator[Server]:
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process,
    ):
        try:
            place = Place("127.0.0.1", port)
            with suppress(ValueError):  # not every one has a page at the top: 404 is an answer
                asyncio.run(until_answers(place, process))
            yield Server(name, place, f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


@contextmanager
def _nginx(folder: Path, root: Path) -> Iterator[Server]:
    if root != folder / "nginx":
        raise ValueError(root)
    with nginx(folder) as server:
        yield server


@contextmanager
def _apache(folder: Path, root: Path) -> Iterator[Server]:
    port = free_port()
    folder.chmod(0o755)
    root.chmod(0o777)
    loaded = [
        f"LoadModule {name}_module {_APACHE_MODULES}/mod_{name}.so"
        for name in _MODULES
        if (_APACHE_MODULES / f"mod_{name}.so").is_file()
    ]
    configuration = folder / "apache.conf"
    text = _APACHE.format(folder=folder, port=port, root=root, modules="\n".join(loaded))
    configuration.write_text(text)
    command = [_found("apache2") or "apache2", "-f", str(configuration), "-DFOREGROUND"]
    with _running("apache", command, folder, port) as server:
        yield server


@contextmanager
def _rclone(folder: Path, root: Path) -> Iterator[Server]:
    port = free_port()
    command = [_found("rclone") or "rclone", "serve", "webdav", str(root)]
    command += ["--addr", f"127.0.0.1:{port}", "--log-level", "ERROR"]
    with _running("rclone", command, folder, port) as server:
        yield server


@contextmanager
def _wsgidav(folder: Path, root: Path) -> Iterator[Server]:
    port = free_port()
    command = [_found("wsgidav") or "wsgidav", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--root", str(root), "--auth", "anonymous", "--server", "cheroot", "--quiet"]
    with _running("wsgidav", command, folder, port) as server:
        yield server


def _found(program: str) -> str | None:
    beside = Path(sys.executable).with_name(program)
    return (
        str(beside)
        if beside.is_file()
        else shutil.which(program) or shutil.which(program, path=_PATH)
    )


def installed_peers() -> Mapping[str, Start]:
    """Return those that can be started, by name; each takes a folder, and the one to serve."""
    found: dict[str, Start] = {}
    if nginx_command() and has_propfind():
        found["nginx"] = _nginx
    if _found("apache2") and (_APACHE_MODULES / "mod_dav_fs.so").is_file():
        found["apache"] = _apache
    if _found("rclone"):
        found["rclone"] = _rclone
    if _found("wsgidav"):
        found["wsgidav"] = _wsgidav
    return found


ALL = ("nginx", "apache", "rclone", "wsgidav")
