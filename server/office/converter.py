"""Making a PDF of an office document with a program of this machine: x2t, or LibreOffice.

What they read came from anywhere. So each document gets a process of its own, with limits, in a
folder that goes with it; and neither program fetches what a document points to.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

PATIENCE = 120.0
"""Seconds by the clock for one document."""

_LIMITED = """
import os, resource, sys
for what, most in (("CPU", 100), ("FSIZE", 1 << 29), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + what), (most, most))
os.nice(10)
os.execv(sys.argv[1], sys.argv[1:])
"""
_PREFIX = (sys.executable, "-I", "-c", _LIMITED) if os.name == "posix" else ()


class Unconvertible(Exception):
    """No PDF comes of this document; the message says why."""


class Converter(Protocol):
    """A program that makes PDF."""

    async def convert(self, source: Path, folder: Path) -> Path:
        """Return where the PDF is, in a folder that is the program's. Raises Unconvertible."""


@dataclass(frozen=True, slots=True)
class X2t:
    """The converter of the Document Server, from the PyPI package document-builder."""

    folder: Path

    async def convert(self, source: Path, folder: Path) -> Path:
        """Convert with x2t; the first time in this installation it has the fonts listed before."""
        await self._list_fonts(folder)
        target, asked = folder / "x2t.pdf", folder / "x2t.xml"
        named = {"source": source, "target": target, "folder": folder}
        asked.write_text(_X2T.format_map({name: escape(str(at)) for name, at in named.items()}))
        await self._run("x2t", asked, folder)
        return target

    async def _list_fonts(self, folder: Path) -> None:
        if (self.folder / "sdkjs/common/AllFonts.js").exists():
            return
        script = folder / "fonts.docbuilder"
        script.write_text(_FONTS.format(target=json.dumps(str(folder / "fonts.docx"))))
        await self._run("docbuilder", script, folder)

    async def _run(self, program: str, asked: Path, folder: Path) -> None:
        libraries = {"LD_LIBRARY_PATH": str(self.folder)}
        await _run([str(self.folder / program), str(asked)], self.folder, libraries, home=folder)


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """LibreOffice without a screen, with a profile of its own for each document."""

    program: str

    async def convert(self, source: Path, folder: Path) -> Path:
        """Convert with LibreOffice."""
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user/registrymodifications.xcu").write_text(_PROFILE)
        command = [
            *(self.program, f"-env:UserInstallation={profile.as_uri()}", "--headless"),
            *("--norestore", "--convert-to", "pdf", "--outdir", str(folder / "out"), str(source)),
        ]
        await _run(command, folder, {}, home=folder)
        return folder / "out" / f"{source.stem}.pdf"


def converters() -> list[Converter]:
    """Return the programs that this machine has, the better first."""
    found: list[Converter] = []
    package = find_spec("docbuilder")
    if package is not None and package.origin is not None:
        found.append(X2t(Path(package.origin).parent / "lib"))
    program = shutil.which("soffice")
    return [*found, LibreOffice(program)] if program else found


async def _run(
    command: Sequence[str], stands_in: Path, more: Mapping[str, str], *, home: Path
) -> None:
    env = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(home), **more}
    try:
        process = await asyncio.create_subprocess_exec(
            *_PREFIX,
            *command,
            cwd=stands_in,
            env=env,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise Unconvertible(f"{Path(command[0]).name} does not start: {error}") from error
    try:
        async with asyncio.timeout(PATIENCE):
            code = await process.wait()
    except TimeoutError:
        raise Unconvertible(f"{Path(command[0]).name} took too long") from None
    finally:
        with suppress(ProcessLookupError):  # it, and whatever it started
            os.killpg(process.pid, signal.SIGKILL)
    if code != 0:
        raise Unconvertible(f"{Path(command[0]).name} ended with {code}")


_X2T = """<?xml version="1.0" encoding="utf-8"?>
<TaskQueueDataConvert>
<m_sFileFrom>{source}</m_sFileFrom><m_sFileTo>{target}</m_sFileTo><m_nFormatTo>513</m_nFormatTo>
<m_sTempDir>{folder}</m_sTempDir><m_bIsNoBase64>true</m_bIsNoBase64>
<options><allowNetworkRequest>false</allowNetworkRequest><allowPrivateIP>false</allowPrivateIP>
</options></TaskQueueDataConvert>
"""
_FONTS = 'builder.CreateFile("docx");\nbuilder.SaveFile("docx", {target});\nbuilder.CloseFile();\n'


def _item(path: str, name: str, value: object) -> str:
    told = str(value).lower() if isinstance(value, bool) else value
    return (
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{told}</value></prop></item>"
    )


# No macros, no linked documents, and for all else that is on the network a proxy that is not there.
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items'
    ' xmlns:oor="http://openoffice.org/2001/registry">'
    + _item("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", value=True)
    + _item("Office.Common/Security/Scripting", "DisableMacrosExecution", value=True)
    + _item("Office.Writer/Content/Update", "Link", 0)
    + _item("Office.Calc/Content/Update", "Link", 1)
    + _item("Inet/Settings", "ooInetProxyType", 2)
    + "".join(
        _item("Inet/Settings", f"ooInet{kind}Proxy{what}", value)
        for kind in ("HTTP", "HTTPS", "FTP")
        for what, value in (("Name", "127.0.0.1"), ("Port", 9))
    )
    + _item("Inet/Settings", "ooInetNoProxy", "")
    + "</oor:items>"
)
