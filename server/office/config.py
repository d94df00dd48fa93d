"""The configuration that an editor starts from, whole and signed.

Everything in it is under the signature, the user's name too: what a page could change, its user
could change. There always is a callback address, for view as well, because the Document Server
keeps the address of whoever opened a key first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.office.formats import Format
from server.office.session import EditingSession


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the Document Server finds the document, and where it reports; both absolute."""

    content: str
    callback: str


@dataclass(frozen=True, slots=True)
class Editor:
    """Who sits at the editor, and in which language."""

    user_id: str
    user_name: str
    language: str = "en"


def editor_config(
    session: EditingSession, opened_as: Format, title: str, addresses: Addresses, editor: Editor
) -> dict[str, Any]:
    """Return `document`, `documentType` and `editorConfig` as the editor's page takes them."""
    may_edit = opened_as.editable
    return {
        "documentType": opened_as.document_type.value,
        "document": {
            "fileType": session.extension,
            "key": session.key,
            "title": title,
            "url": addresses.content,
            "permissions": {
                "edit": may_edit,
                "comment": may_edit,
                "review": may_edit,
                "fillForms": may_edit,
                "copy": True,
                "download": True,
                "print": True,
            },
        },
        "editorConfig": {
            "callbackUrl": addresses.callback,
            "mode": "edit" if may_edit else "view",
            "lang": editor.language,
            "user": {"id": editor.user_id, "name": editor.user_name},
            "customization": {"forcesave": True, "compactHeader": True, "feedback": False},
        },
    }


def cozy_attributes(config: Mapping[str, Any], token: str, server: str) -> dict[str, Any]:
    """Return the `onlyoffice` attribute as Cozy's applications read it (`editor`, not the rest)."""
    return {
        "url": server,
        "token": token,
        "documentType": config["documentType"],
        "document": config["document"],
        "editor": config["editorConfig"],
    }
