"""nginx with its WebDAV module, over a folder: what a web server makes of the same work.

It does not wait for the disk before it answers an upload, and knows no versions, ids or feeds.
"""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.http_client import Place
from benchmarks.servers import Server, until_answers
from tests.support.running_home import free_port

_EXTENDED = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")

_CONFIGURATION = """
{modules}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log;
worker_processes 2;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/nginx-access.log;
  client_body_temp_path {folder}/nginx-incoming;
  client_max_body_size 0;
  keepalive_requests 1000000;
  sendfile on;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/nginx;
    location / {{
      dav_methods PUT DELETE MKCOL COPY MOVE;
      {extended}
      create_full_put_path on;
      autoindex on;
      autoindex_format json;
    }}
  }}
}}
"""


def nginx_command() -> str | None:
    """Return the program, if it is installed."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


def has_propfind() -> bool:
    """Tell whether it answers PROPFIND: that is a module of its own."""
    return _EXTENDED.is_file()


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """Run nginx over `nginx` in a folder, made if it is not there. Raises RuntimeError."""
    program = nginx_command()
    if program is None:
        raise RuntimeError("nginx is not installed")
    root, port = folder / "nginx", free_port()
    root.mkdir(exist_ok=True)
    root.chmod(0o777)  # its workers are another user's where root starts it
    folder.chmod(0o755)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            port=port,
            modules=f"load_module {_EXTENDED};\nuser root;" if has_propfind() else "user root;",
            extended="dav_ext_methods PROPFIND OPTIONS;" if has_propfind() else "",
        )
    )
    with subprocess.Popen([program, "-c", str(configuration)]) as process:
        try:
            place = Place("127.0.0.1", port)
            asyncio.run(until_answers(place, process))
            yield Server("nginx", place, f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
