"""What a document of `_users` must look like, and who may write it: CouchDB's rules, no I/O."""

from collections.abc import Mapping
from typing import Any

from server.couch_auth.errors import Forbidden
from server.couch_auth.passwords import MOST_ITERATIONS
from server.couch_auth.user import User

PREFIX = "org.couchdb.user:"
_SCHEMES = ("simple", "pbkdf2", "simple+pbkdf2")


def check_document(document_id: str, fields: Mapping[str, Any]) -> None:
    """Refuse what is no user document. Raises Forbidden."""
    name = fields.get("name")
    if fields.get("type") != "user":
        raise Forbidden("doc.type must be user")
    if not isinstance(name, str) or not name:
        raise Forbidden("doc.name is required")
    _check_roles(fields.get("roles"))
    if document_id != PREFIX + name:
        raise Forbidden("Doc ID must be of the form org.couchdb.user:name")
    if name.startswith("_"):
        raise Forbidden("Username may not start with underscore.")
    if ":" in name:
        raise Forbidden("Character `:` is not allowed in usernames.")
    _check_password(fields)


def check_writer(user: User, old: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
    """Refuse what somebody who is no admin may not write.

    They may sign up, without roles, and later change their own document but its roles. Raises
    Forbidden.
    """
    if old is None and fields["roles"]:
        raise Forbidden("Only _admin may set roles")
    if old is not None and user.name != fields["name"]:
        raise Forbidden("You may only update your own user document.")
    if old is not None and sorted(old.get("roles", [])) != sorted(fields["roles"]):
        raise Forbidden("Only _admin may edit roles")


def _check_roles(roles: object) -> None:
    if roles is None:
        raise Forbidden("doc.roles must exist")
    if not isinstance(roles, list):
        raise Forbidden("doc.roles must be an array")
    for role in roles:
        if not isinstance(role, str):
            raise Forbidden("doc.roles can only contain strings")
        if role.startswith("_") and role != "_metrics":
            raise Forbidden("No system roles (starting with underscore) in users db.")


def _check_password(fields: Mapping[str, Any]) -> None:
    password, scheme = fields.get("password"), fields.get("password_scheme")
    if password is not None and not isinstance(password, str):
        raise Forbidden("doc.password must be a string.")
    if fields.get("password_sha") and not fields.get("salt"):
        raise Forbidden("Users with password_sha must have a salt.")
    if scheme and scheme not in _SCHEMES:
        raise Forbidden(f"Password scheme `{scheme}` not supported.")
    if scheme == "pbkdf2":
        _check_pbkdf2(fields)


def _check_pbkdf2(fields: Mapping[str, Any]) -> None:
    iterations = fields.get("iterations")
    if not isinstance(iterations, int) or isinstance(iterations, bool):
        raise Forbidden("iterations must be a number.")
    if not 0 < iterations <= MOST_ITERATIONS:
        raise Forbidden(f"iterations must be between 1 and {MOST_ITERATIONS}.")
    if not isinstance(fields.get("derived_key"), str):
        raise Forbidden("derived_key must be a string.")
