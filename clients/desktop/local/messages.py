"""What the program says, in English and in French."""

import tomllib
from pathlib import Path

from clients.desktop.local.environment import language

_CATALOGUE = Path(__file__).with_name("messages.toml")
_MESSAGES = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))


def say(key: str, **facts: object) -> str:
    """Return a message in the person's language, with the facts put in."""
    text: str = _MESSAGES[key][language()]
    return text.format(**facts) if facts else text


def known(key: str) -> bool:
    """Tell whether there is such a message."""
    return key in _MESSAGES
