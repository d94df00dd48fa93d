"""Rights and moments in words, for the pages about devices. Pure, but for the words themselves."""

from datetime import datetime

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.rule import READING, Rule
from doctypes.permissions.scope import parse_scope
from server.devices.kinds import PasswordKind
from server.devices.page_words import WORDS
from server.oauth.doctype_words import LABELS, label_of

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
    reading = [_label(rule, language) for rule in permissions.rules if rule.verbs == READING]
    writing = [_label(rule, language) for rule in permissions.rules if rule.verbs != READING]
    told = []
    if writing:
        told.append(words["may_write"].format(types=_listed(writing)))
    if reading:
        told.append(words["may_read"].format(types=_listed(reading)))
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


def _label(rule: Rule, language: str) -> str:
    """Return what a rule is about: the documents it names where they have a name of their own."""
    if rule.values and all(value in LABELS for value in rule.values):
        return ", ".join(_within_sentence(value, language) for value in rule.values)
    named = f" ({', '.join(rule.values)})" if rule.values else ""
    return _within_sentence(rule.type, language) + named


def _within_sentence(doctype: str, language: str) -> str:
    label = label_of(doctype, language)
    return label if label == doctype else label[0].lower() + label[1:]


def _listed(labels: list[str]) -> str:
    return ", ".join(dict.fromkeys(labels))
