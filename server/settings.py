"""Everything the operator may choose: a TOML file and `FOYER_*` variables, checked at start."""

import difflib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_type_hints

import msgspec
import platformdirs

from replication.core.errors import Invalid
from replication.couch.address import server_address
from server.at_rest.settings import EncryptionSettings
from server.auth.caller import read_networks
from server.auth.kdf import DEFAULT_ITERATIONS, check_iterations
from server.couch_auth.settings import CouchSettings
from server.instances.context import Context, read_contexts
from server.mail.settings import MailSettings
from server.oauth.oidc.settings import OidcProvider, read_providers
from server.office.settings import OfficeSettings
from server.storage.settings import S3Settings
from server.wopi.settings import WopiSettings

_Section = TypeVar(
    "_Section", OfficeSettings, MailSettings, WopiSettings, S3Settings, EncryptionSettings
)

FILE_NAME = "foyer.toml"
PREFIX = "FOYER_"
_FOR_TESTS = PREFIX + "TESTS_"
_OFF = "off"
_BY_CONTEXT: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "contexts": read_contexts,
    "oidc": read_providers,
}
"""Settings with a section for each context, and what reads those; in the file alone."""

SHORTEST_SECRET = 32
_AT_LEAST_ONE = (
    *("workers", "max_feeds"),
    *("max_document_size", "max_attachment_size", "max_request_size"),
)
_SECTIONS: Mapping[str, type] = {
    "office": OfficeSettings,
    "couch": CouchSettings,
    "mail": MailSettings,
    "wopi": WopiSettings,
    "s3": S3Settings,
    "encryption": EncryptionSettings,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The operator's choices; docs/settings.md says what each is for.

    Raises ValueError, with the setting's name, for what cannot be.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    dir: Path = field(default_factory=lambda: Path(platformdirs.user_data_dir("foyer")))
    admin: str = "127.0.0.1:6060"
    admin_secret: str | None = field(default=None, repr=False)
    subdomains: Literal["nested", "flat"] = "nested"
    trusted_proxies: tuple[str, ...] = ()
    log_format: Literal["auto", "text", "json"] = "auto"
    workers: int = 1
    idle_seconds: float = 600.0
    max_feeds: int = 1000
    max_document_size: int = 50_000_000
    max_attachment_size: int = 1 << 30
    max_request_size: int = 1 << 32
    kdf_iterations: int = DEFAULT_ITERATIONS
    owner_password: str | None = field(default=None, repr=False)
    office: OfficeSettings | None = None
    mail: MailSettings | None = None
    wopi: WopiSettings | None = None
    couchdb_url: str | None = field(default=None, repr=False)
    s3: S3Settings | None = None
    encryption: EncryptionSettings | None = None
    couch: CouchSettings = field(default_factory=CouchSettings)
    contexts: Mapping[str, Context] = field(default_factory=lambda: read_contexts({}))
    oidc: Mapping[str, OidcProvider] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        _check_port("port", self.port)
        if self.idle_seconds <= 0:
            raise ValueError("idle_seconds: must be above 0")
        if self.admin_secret is not None and len(self.admin_secret) < SHORTEST_SECRET:
            raise ValueError(f"admin_secret: {SHORTEST_SECRET} characters are the least")
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be 1 or more")
        try:
            check_iterations(self.kdf_iterations)
        except ValueError as error:
            raise ValueError(f"kdf_iterations: {error}") from error
        try:
            read_networks(self.trusted_proxies)
        except ValueError as error:
            raise ValueError(f"trusted_proxies: {error}") from error
        if self.couchdb_url is not None:
            try:
                server_address(self.couchdb_url)
            except Invalid:
                raise ValueError("couchdb_url: is not an http or https address") from None
        _ = self.admin_address

    @property
    def admin_address(self) -> tuple[str, int] | None:
        """Host and port of the admin address; None when it is off."""
        if self.admin == _OFF:
            return None
        host, colon, port = self.admin.rpartition(":")
        if not (colon and host and port.isascii() and port.isdigit()):
            raise ValueError(f"admin: expected host:port or {_OFF}, got {self.admin!r}")
        _check_port("admin", int(port))
        return host.strip("[]"), int(port)


class SettingsInvalid(Exception):
    """A setting has no such name or no such value; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One setting as somebody gave it: its path (`office`, `secret`), and where it stands."""

    path: tuple[str, ...]
    value: object
    source: str
    strict: bool


def load_settings(
    *,
    config: Path | None = None,
    chosen: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings: command line (`chosen`), environment, file, defaults, in this order.

    The file is `config`, or FOYER_CONFIG, or `foyer.toml` in the data folder if there is one.
    Raises SettingsInvalid.
    """
    env = os.environ if environment is None else environment
    given = {name: value for name, value in (chosen or {}).items() if value is not None}
    told = list(_from_environment(env))
    folder = given.get("dir") or env.get(PREFIX + "DIR") or Settings().dir
    named = config or (Path(env[PREFIX + "CONFIG"]) if env.get(PREFIX + "CONFIG") else None)
    file = named or Path(str(folder)) / FILE_NAME
    in_file = list(_from_file(file)) if named or file.is_file() else []
    on_line = [_Told((name,), value, f"--{name}", strict=False) for name, value in given.items()]
    return _settled([*in_file, *told, *on_line])


def language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language of messages to the operator, by POSIX' order: `fr` or `en`."""
    env = os.environ if environment is None else environment
    chosen = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    return "fr" if chosen.lower().startswith("fr") else "en"


def _check_port(name: str, port: int) -> None:
    if not 0 <= port <= 65535:  # noqa: PLR2004
        raise ValueError(f"{name}: {port} is no port; 0 to 65535 are")


def _from_environment(env: Mapping[str, str]) -> Iterator[_Told]:
    for variable, text in env.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or variable.startswith(_FOR_TESTS) or name == "config":
            continue
        section, _, inner = name.partition("_")
        if name.startswith(tuple(_BY_CONTEXT)):
            raise SettingsInvalid(f"{variable}: {section} are set in {FILE_NAME} only")
        path = (section, inner) if section in _SECTIONS and inner else (name,)
        value: object = text
        if name in ("trusted_proxies", "wopi_extensions"):
            value = [part.strip() for part in text.split(",") if part.strip()]
        if name == "couch_jwt":
            value = _json(variable, text)
        yield _Told(path, value, variable, strict=False)


def _json(variable: str, text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise SettingsInvalid(f"{variable}: {error}") from error


def _from_file(file: Path) -> Iterator[_Told]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{file}: {error}") from error
    for name, value in content.items():
        if name == "owner_password":
            raise SettingsInvalid(f"{file}: owner_password: belongs in {PREFIX}OWNER_PASSWORD only")
        if name in _SECTIONS and isinstance(value, dict):
            for inner, told in value.items():
                yield _Told((name, inner), told, f"{file}: {name}.{inner}", strict=True)
        elif name in _BY_CONTEXT:
            yield _Told((name,), _by_context(name, value, file), f"{file}: {name}", strict=True)
        else:
            yield _Told((name,), value, f"{file}: {name}", strict=True)


def _by_context(name: str, value: object, file: Path) -> Mapping[str, Any]:
    try:
        if not isinstance(value, dict):
            raise ValueError(f"is a table of sections, [{name}.<context>]")  # noqa: TRY004, TRY301
        return _BY_CONTEXT[name](value)
    except ValueError as error:
        raise SettingsInvalid(f"{file}: {name}.{error}") from error


def _settled(told: list[_Told]) -> Settings:
    values: dict[str, Any] = {}
    sections: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    for one in told:
        first = one.path[0]
        if len(one.path) > 1:
            sections[first][one.path[1]] = _converted(_SECTIONS[first], one)
        elif first in _SECTIONS:
            raise SettingsInvalid(f"{one.source}: is a section, not a value")
        elif first in _BY_CONTEXT:
            values[first] = one.value
        else:
            values[first] = _converted(Settings, one)
    try:
        couch = CouchSettings(**sections["couch"])
        office = _whole("office", OfficeSettings, sections["office"])
        mail = _whole("mail", MailSettings, sections["mail"])
        wopi = _whole("wopi", WopiSettings, sections["wopi"])
        s3 = _whole("s3", S3Settings, sections["s3"])
        encryption = _whole("encryption", EncryptionSettings, sections["encryption"])
        return Settings(
            **values,
            office=office,
            mail=mail,
            wopi=wopi,
            s3=s3,
            encryption=encryption,
            couch=couch,
        )
    except ValueError as error:
        raise SettingsInvalid(str(error)) from error


def _whole(section: str, kind: type[_Section], values: dict[str, Any]) -> _Section | None:
    """Return a section that is there whole or not at all."""
    if not values:
        return None
    for name in (f.name for f in fields(kind) if f.default is MISSING):
        if name not in values:
            raise SettingsInvalid(
                f"{section}.{name}: is needed beside the other {section} settings"
            )
    return kind(**values)


def _converted(kind: type, told: _Told) -> object:
    name = told.path[-1]
    types = get_type_hints(kind)
    if name not in types:
        raise SettingsInvalid(f"{told.source}: no setting has this name{_nearest(told, types)}")
    try:
        return msgspec.convert(told.value, types[name], strict=told.strict, dec_hook=_as_path)
    except msgspec.ValidationError as error:
        raise SettingsInvalid(f"{told.source}: {error}") from error


def _as_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str | Path):
        return Path(value).expanduser()
    raise NotImplementedError


def _nearest(told: _Told, names: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(told.path[-1], names, n=1, cutoff=0.5)
    if not close:
        return f"; there are {', '.join(names)}"
    in_environment = told.source.startswith(PREFIX)
    meant = PREFIX + "_".join((*told.path[:-1], close[0])).upper() if in_environment else close[0]
    return f"; did you mean {meant}?"
