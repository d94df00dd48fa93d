"""Apache's `executable`: the mode bit that davfs2, cadaver and KDE show and set over WebDAV."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from doctypes.files.node import File
from webdav.model.errors import Unprocessable
from webdav.model.extension import PropertyProvider
from webdav.model.path import Path
from webdav.model.property import LiveProperty, Surroundings
from webdav.model.resource import Located, Resource

NAMESPACE = "http://apache.org/dav/props/"
EXECUTABLE = f"{{{NAMESPACE}}}executable"
COMPLIANCE = "<http://apache.org/dav/propset/fs/1>"
"""What mod_dav says of it in `DAV`: cadaver sets the bit nowhere else (neon, `ne_options2`)."""


def _executable(resource: Resource, _path: Path, _around: Surroundings) -> str | None:
    if not isinstance(resource.handle, File):
        return None
    return f"<A:executable>{'T' if resource.handle.executable else 'F'}</A:executable>"


def _accept(element: Element | None) -> bool:
    """Read the value; without the property a file is not executable. Raises Unprocessable."""
    text = "F" if element is None else (element.text or "").strip().upper()
    if text not in {"T", "F"}:
        raise Unprocessable("executable is T or F")
    return text == "T"


class ApacheProperties:
    """The properties of mod_dav that clients look for."""

    prefix = "A"
    namespace = NAMESPACE
    properties: Mapping[str, LiveProperty] = {
        EXECUTABLE: LiveProperty(EXECUTABLE, _executable, in_allprop=False, accept=_accept)
    }

    async def gather(
        self, _resources: Sequence[Located], _asked: frozenset[str]
    ) -> Mapping[str, object]:
        """Look nothing up: the document of a file says it."""
        return {}


_: type[PropertyProvider] = ApacheProperties
