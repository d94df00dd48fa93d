"""What a WOPI client is told of a file (CheckFileInfo): pure."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from doctypes.files.document import fields_of
from doctypes.files.node import File
from server.office.rights import COMMENT, EDIT, REVIEW, VIEW
from server.wopi.tokens import Access


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a file: the owner, our address in the browser, who else has it locked."""

    owner_id: str
    brand: str
    pages: str
    held_by: str = ""


def last_modified(file: File) -> str:
    """Return when the content came, to the letter as it is kept: clients send it back (COOL)."""
    told = fields_of(file).get("cozyMetadata")
    uploaded = told.get("uploadedAt") if isinstance(told, dict) else None
    return uploaded if isinstance(uploaded, str) else file.updated_at.isoformat()


def version_of(file: File) -> str:
    """Return what changes with every content, and is never the same again."""
    moment = "".join(each for each in last_modified(file) if each.isdigit())
    return f"{file.blob[:16]}.{moment}"


def file_info(file: File, access: Access, around: Around) -> dict[str, Any]:
    """Return the properties of a file for one who has a token."""
    writes = access.role != VIEW and not around.held_by
    takes_out = access.takes_out
    page = f"{around.pages}/office/{file.id}/edit"
    return {
        "BaseFileName": file.name,
        "OwnerId": around.owner_id,
        "Size": file.size,
        "UserId": access.user_id,
        "UserFriendlyName": access.name,
        "Version": version_of(file),
        "LastModifiedTime": last_modified(file),
        "SHA256": _base64_of(file.blob),
        "UserCanWrite": writes,
        "ReadOnly": not writes,
        "UserCanReview": writes and access.role in (EDIT, REVIEW, COMMENT),
        "UserCanOnlyComment": writes and access.role == COMMENT,
        "UserCanNotWriteRelative": not access.adds,
        "UserCanRename": writes and access.renames,
        "SupportsLocks": True,
        "SupportsGetLock": True,
        "SupportsExtendedLockLength": True,
        "SupportsUpdate": True,
        "SupportsRename": True,
        "SupportsDeleteFile": access.renames,
        "SupportsUserInfo": False,
        "BreadcrumbBrandName": around.brand,
        "BreadcrumbBrandUrl": f"{around.pages}/",
        "BreadcrumbDocName": file.name,
        "CloseUrl": f"{around.pages}/",
        "HostEditUrl": page,
        "HostViewUrl": page,
        "PostMessageOrigin": around.pages,
        "ClosePostMessage": True,
        "EnableOwnerTermination": False,
        "DisablePrint": not takes_out,
        "DisableExport": not takes_out,
        "DisableCopy": not takes_out,
        "HidePrintOption": not takes_out,
        "HideExportOption": not takes_out,
        "HideSaveOption": not writes,
        "EnableInsertRemoteImage": False,
        "IsAnonymousUser": access.user_id.startswith("link-"),
    }


def _base64_of(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()
