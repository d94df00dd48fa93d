"""Programs that read and write real office documents: x2t with its scripts, and LibreOffice.

x2t is that of the PyPI package document-builder: the converter of the genuine Document Server.
"""

import importlib.util
import json
import os
import subprocess
from pathlib import Path

_PATIENCE = 120
_TYPING = {
    "docx": "var p = Api.CreateParagraph(); p.AddText(TEXT); Api.GetDocument().Push(p);",
    "xlsx": 'Api.GetActiveSheet().GetRange("B2").SetValue(TEXT);',
    "pptx": (
        "var fill = Api.CreateNoFill(), line = Api.CreateStroke(0, Api.CreateNoFill());"
        'var shape = Api.CreateShape("rect", 6000000, 900000, fill, line);'
        "shape.GetDocContent().GetElement(0).AddText(TEXT);"
        "Api.GetPresentation().GetSlideByIndex(0).AddObject(shape);"
    ),
}


def x2t_folder():
    """Return where x2t is; None where the package is not installed."""
    found = importlib.util.find_spec("docbuilder")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "lib"


class Programs:
    """Both, working in a folder."""

    def __init__(self, x2t, soffice, folder):
        self._x2t, self._soffice, self._folder = x2t, soffice, folder

    def typed(self, kind, content, text):
        """Return a document with a text added, written by the engine of the Document Server."""
        before, after = self._folder / f"before.{kind}", self._folder / f"after.{kind}"
        before.write_bytes(content)
        after.unlink(missing_ok=True)
        script = self._folder / "typing.docbuilder"
        script.write_text(
            f"builder.OpenFile({json.dumps(str(before))});\n"
            f"{_TYPING[kind].replace('TEXT', json.dumps(text))}\n"
            f"builder.SaveFile({json.dumps(kind)}, {json.dumps(str(after))});\n"
            "builder.CloseFile();\n"
        )
        self._run(self._x2t / "docbuilder", script)
        return after.read_bytes()

    def by_x2t(self, content, kind, to):
        """Return a document converted by x2t, which has listed the fonts when it typed."""
        source, target = self._folder / f"x2t.{kind}", self._folder / f"x2t-out.{to}"
        source.write_bytes(content)
        self._run(self._x2t / "x2t", source, target)
        return target.read_bytes()

    def by_libreoffice(self, content, kind, to):
        """Return a document converted by LibreOffice."""
        source = self._folder / f"libre.{kind}"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        into = self._folder / "out"
        self._run(
            self._soffice, profile, "--headless", "--convert-to", to, "--outdir", into, source
        )
        return (into / f"libre.{to}").read_bytes()

    def _run(self, program, *arguments):
        libraries = {"LD_LIBRARY_PATH": str(self._x2t), "HOME": str(self._folder)}
        ended = subprocess.run(
            [str(program), *map(str, arguments)],
            cwd=self._x2t,
            env={**os.environ, **(libraries if Path(program).parent == self._x2t else {})},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, f"{program}:\n{ended.stdout}\n{ended.stderr}"
