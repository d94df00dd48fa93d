"""The folders that a new home begins with, as Cozy's apps expect them (cozy.md A).

Apps find them by what refers to them, whatever language they are called in or renamed to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doctypes.files.amending import Reference
from doctypes.files.creation import new_directory
from doctypes.files.document import Stamp
from doctypes.files.facts import NodeFacts
from doctypes.files.node import ROOT_ID
from doctypes.files.paths import ROOT_PATH
from doctypes.files.plan import NOTHING, Place, Plan

DEFAULT_LOCALE = "en"

_APPS = "io.cozy.apps"


@dataclass(frozen=True, slots=True)
class _Folder:
    app: str
    names: Mapping[str, str]
    inside: tuple["_Folder", ...] = ()

    def name(self, locale: str) -> str:
        language = locale.replace("_", "-").partition("-")[0].lower()
        return self.names.get(language, self.names[DEFAULT_LOCALE])


_FOLDERS = (
    _Folder("administrative", {"en": "Administrative", "fr": "Administratif"}),
    _Folder(
        "photos",
        {"en": "Photos", "fr": "Photos"},
        (
            _Folder("photos/upload", {"en": "Uploaded", "fr": "Importées"}),
            _Folder(
                "photos/mobile",
                {"en": "Backed up from my mobile", "fr": "Sauvegardées depuis mon mobile"},
            ),
        ),
    ),
)


def first_folders(locale: str, new_id: Callable[[], str], stamp: Stamp) -> Plan:
    """Make the folders, named in the language of a locale such as `fr` or `en-GB`."""
    return _made(_FOLDERS, Place(ROOT_ID, ROOT_PATH), locale, new_id, stamp)


def _made(
    folders: tuple[_Folder, ...],
    parent: Place,
    locale: str,
    new_id: Callable[[], str],
    stamp: Stamp,
) -> Plan:
    plan = NOTHING
    for folder in folders:
        facts = NodeFacts(references=[Reference(_APPS, f"{_APPS}/{folder.app}")])
        name, node_id = folder.name(locale), new_id()
        plan += new_directory(node_id, parent, name, stamp, facts)
        place = Place(node_id, parent.path_of(name))
        plan += _made(folder.inside, place, locale, new_id, stamp)
    return plan
