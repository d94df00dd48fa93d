"""A link to one file or folder, as Nextcloud's programs are told of it (OCS Share API)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from doctypes.files.node import Directory, File, Node
from doctypes.permissions.rule import Verb
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.nextcloud.identity import file_number
from server.permissions.codes import short_code
from server.permissions.permission import Permission

BY_LINK = 3
_NUMBERS = 0x7FFF_FFFF
"""Numbers of shares: the Android library reads them into 32 bits."""
_BITS = {Verb.GET: 1, Verb.PUT: 2, Verb.POST: 4, Verb.DELETE: 8}


@dataclass(frozen=True, slots=True)
class Share:
    """A link to one file or folder, and where that lies."""

    kept: Kept[Permission]
    node: Node
    path: str

    @property
    def number(self) -> int:
        """What programs call it."""
        return share_number(self.kept.id)


def share_number(link_id: str) -> int:
    """Return the number of a link: positive, below 2^31."""
    return file_number(link_id) & _NUMBERS or 1


def shown(share: Share, home: Instance, address: str) -> dict[str, Any]:
    """Return all of it; `address` is the home's, without a slash at the end."""
    link, node, owner = share.kept.value, share.node, home.owner.name
    code = short_code(home.secret, next(iter(link.shortcodes.values()))) if link.shortcodes else ""
    verbs = {verb for rule in link.rules.rules for verb in rule.verbs}
    made = datetime.fromisoformat(link.created_at).timestamp() if link.created_at else 0
    number = file_number(node.id)
    return {
        "id": str(share.number),
        "share_type": BY_LINK,
        "uid_owner": owner,
        "displayname_owner": owner,
        "permissions": sum(bit for verb, bit in _BITS.items() if verb in verbs),
        "can_edit": True,
        "can_delete": True,
        "stime": int(made),
        "parent": None,
        "expiration": f"{link.expires_at[:10]} 00:00:00" if link.expires_at else None,
        "token": code,
        "uid_file_owner": owner,
        "displayname_file_owner": owner,
        "note": link.metadata.get("note", ""),
        "label": link.metadata.get("label", ""),
        "path": share.path,
        "item_type": "folder" if isinstance(node, Directory) else "file",
        "mimetype": node.mime if isinstance(node, File) else "httpd/unix-directory",
        "has_preview": False,
        "storage_id": "home::" + owner,
        "storage": 1,
        "item_source": number,
        "file_source": number,
        "file_parent": file_number(node.dir_id),
        "file_target": "/" + node.name,
        "share_with": "*" if link.password_hash else None,
        "share_with_displayname": "*" if link.password_hash else "",
        "password": "*" if link.password_hash else None,
        "send_password_by_talk": False,
        "url": f"{address}/public?sharecode={code}",
        "mail_send": 0,
        "hide_download": 0,
        "attributes": None,
    }
