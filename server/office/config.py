"""The configuration that an editor starts from, whole and signed.

Everything in it is under the signature, the user's name too: what a page could change, its user
could change. There always is a callback address, for view as well, because the Document Server
keeps the address of whoever opened a key first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from server.office.formats import DocumentType, Format
from server.office.rights import COMMENT, EDIT, FILL, REVIEW, VIEW, Rights
from server.office.session import EditingSession

Look = Literal["desktop", "mobile", "embedded"]
LOOKS: tuple[Look, ...] = ("desktop", "mobile", "embedded")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the Document Server finds the document, where it reports, where the page leads back.

    All are absolute; `back` may be empty.
    """

    content: str
    callback: str
    back: str = ""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who sits at the editor, in which language, at what kind of screen, in which theme.

    `held_by` says why somebody else has the file for themselves; empty when nobody has.
    """

    user_id: str
    user_name: str
    language: str = "en"
    region: str = ""
    is_guest: bool = False
    look: Look = "desktop"
    theme: str = ""
    held_by: str = ""


def editor_config(
    session: EditingSession,
    opened_as: Format,
    title: str,
    addresses: Addresses,
    editor: Editor,
    rights: Rights,
) -> dict[str, Any]:
    """Return `document`, `documentType` and `editorConfig` as the editor's page takes them."""
    role = role_at(opened_as, editor, rights)
    return {
        "type": editor.look,
        "documentType": opened_as.document_type.value,
        "document": {
            "fileType": session.extension,
            "key": session.key,
            "title": title,
            "url": addresses.content,
            "permissions": _permissions(role, rights),
            "referenceData": {"fileKey": session.file_id, "instanceId": addresses.back},
        },
        "editorConfig": _editor_config(role, addresses, editor),
    }


def role_at(opened_as: Format, editor: Editor, rights: Rights) -> str:
    """Return what somebody really may do: formats, screens and locks take away."""
    if not opened_as.editable or editor.held_by or editor.look == "embedded":
        return VIEW
    if rights.role == FILL and opened_as.document_type is not DocumentType.PDF:
        return VIEW
    return rights.role


def _permissions(role: str, rights: Rights) -> dict[str, Any]:
    """Return what the buttons allow.

    Edit mode needs `edit`, or one of the lesser ones with `edit` false (office.md 1.1).
    """
    edits = role == EDIT
    return {
        "edit": edits,
        "review": role in (EDIT, REVIEW),
        "comment": role in (EDIT, REVIEW, COMMENT),
        "fillForms": edits or role == FILL,
        "modifyFilter": edits,
        "modifyContentControl": edits,
        "protect": edits,
        "chat": role != VIEW,
        "copy": rights.takes_out,
        "download": rights.takes_out,
        "print": rights.takes_out,
    }


def _editor_config(role: str, addresses: Addresses, editor: Editor) -> dict[str, Any]:
    customization: dict[str, Any] = {
        "forcesave": role != VIEW,
        "autosave": True,
        "compactHeader": True,
        "feedback": False,
        "macros": False,
        "mobile": {"forceView": False},
    }
    if addresses.back:
        customization["goback"] = {"url": addresses.back, "blank": False}
    if editor.theme:
        customization["uiTheme"] = editor.theme
    if editor.is_guest:
        customization["anonymous"] = {"request": False}
    told: dict[str, Any] = {
        "callbackUrl": addresses.callback,
        "mode": "view" if role == VIEW else "edit",
        "lang": editor.language,
        "user": {"id": editor.user_id, "name": editor.user_name},
        "coEditing": {"mode": "fast", "change": True},
        "customization": customization,
    }
    if editor.region:
        told["region"] = editor.region
    if editor.look == "embedded":
        told["embedded"] = {"toolbarDocked": "top"}
    return told


def cozy_attributes(config: Mapping[str, Any], token: str, server: str) -> dict[str, Any]:
    """Return the `onlyoffice` attribute as Cozy's applications read it (`editor`, not the rest)."""
    return {
        "url": server,
        "token": token,
        "type": config["type"],
        "documentType": config["documentType"],
        "document": config["document"],
        "editor": config["editorConfig"],
    }
