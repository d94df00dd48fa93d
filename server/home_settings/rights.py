"""May who asks read or change a setting? A right on the type, or on the one document."""

from aiohttp import web

from doctypes.permissions.rule import Subject, Verb
from server import keys
from server.home_settings.settings_document import DOCTYPE


def require_setting(request: web.Request, verb: Verb, setting: str) -> None:
    """Raise PermissionDenied unless who asks has the verb on this setting."""
    request[keys.PRINCIPAL].permissions.require(verb, DOCTYPE, Subject(setting, {}))


def require_settings(request: web.Request, verb: Verb) -> None:
    """Raise PermissionDenied unless who asks has the verb on all settings."""
    request[keys.PRINCIPAL].permissions.require_type(verb, DOCTYPE)
