"""Rights and moments in words, for the pages about devices. Pure, but for the words themselves."""

from datetime import datetime

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.rule import READING, Rule
from doctypes.permissions.scope import parse_scope
from server.devices.kinds import PasswordKind
from server.devices.page_words import WORDS

_TYPES = {
    "en": {
        "io.cozy.files": "all files",
        "io.cozy.contacts": "contacts",
        "io.cozy.contacts.groups": "groups of contacts",
        "io.cozy.contacts.accounts": "accounts of contacts",
        "io.cozy.calendar": "calendars",
        "io.cozy.calendar.events": "events",
        "io.cozy.calendar.todos": "tasks",
        "io.cozy.settings": "settings",
        "io.cozy.notes": "notes",
        "io.cozy.bank.accounts": "bank accounts",
        "io.cozy.bank.operations": "bank operations",
        "io.cozy.bills": "bills",
        "com.bitwarden.ciphers": "the encrypted vault",
    },
    "fr": {
        "io.cozy.files": "tous les fichiers",
        "io.cozy.contacts": "les contacts",
        "io.cozy.contacts.groups": "les groupes de contacts",
        "io.cozy.contacts.accounts": "les comptes de contacts",
        "io.cozy.calendar": "les agendas",
        "io.cozy.calendar.events": "les événements",
        "io.cozy.calendar.todos": "les tâches",
        "io.cozy.settings": "les réglages",
        "io.cozy.notes": "les notes",
        "io.cozy.bank.accounts": "les comptes bancaires",
        "io.cozy.bank.operations": "les opérations bancaires",
        "io.cozy.bills": "les factures",
        "com.bitwarden.ciphers": "le coffre chiffré",
    },
}
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_JUST_NOW = 120.0
_HOUR = 3600.0
_DAY = 86_400.0


def rights_of(kind: str, scope: str, language: str) -> list[str]:
    """Return what a scope allows, a sentence for each; app passwords of a kind have one of theirs.

    What cannot be read allows nothing.
    """
    words = WORDS[language]
    of_kind = f"kind_{kind}_how"
    if kind != PasswordKind.COUCHDB and of_kind in words:
        return [words[of_kind]]
    try:
        permissions = parse_scope(scope)
    except RuleIllegal:
        return []
    if permissions.everything:
        return [words["may_everything"]]
    reading = [_type(rule, language) for rule in permissions.rules if rule.verbs == READING]
    writing = [_type(rule, language) for rule in permissions.rules if rule.verbs != READING]
    told = []
    if writing:
        told.append(words["may_write"].format(types=_listed(writing, words["and"])))
    if reading:
        told.append(words["may_read"].format(types=_listed(reading, words["and"])))
    return told


def moment(text: str, now: datetime, language: str) -> str:
    """Say when something was: `3 minutes ago`, `5 hours ago`, `on 3 May 2026`.

    Text that is no moment of RFC 3339 is said as it stands.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    seconds = (now - at).total_seconds()
    french = language == "fr"
    if seconds < _JUST_NOW:
        return "à l’instant" if french else "just now"
    if seconds < _HOUR:
        minutes = int(seconds // 60)
        return f"il y a {minutes} minutes" if french else f"{minutes} minutes ago"
    if seconds < _DAY:
        return _hours(int(seconds // _HOUR), french=french)
    return f"{'le' if french else 'on'} {day(at, language)}"


def day(at: datetime, language: str) -> str:
    """Say a day: `3 May 2026`, `3 mai 2026`."""
    if language == "fr":
        number = "1er" if at.day == 1 else str(at.day)
        return f"{number} {_MONTHS[at.month - 1]} {at.year}"
    return f"{at.day} {_MONTHS_EN[at.month - 1]} {at.year}"


def _hours(hours: int, *, french: bool) -> str:
    plural = "s" if hours > 1 else ""
    return f"il y a {hours} heure{plural}" if french else f"{hours} hour{plural} ago"


def _type(rule: Rule, language: str) -> str:
    return _TYPES[language].get(rule.type, rule.type)


def _listed(types: list[str], last: str) -> str:
    *most, end = dict.fromkeys(types)
    return f"{', '.join(most)} {last} {end}" if most else end
