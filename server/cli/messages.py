"""What the commands say, in English and in French; the environment's LANG chooses."""

import tomllib
from pathlib import Path

from server.settings import language

_CATALOGUE = Path(__file__).with_name("messages.toml")
_MESSAGES = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))


def say(key: str, **facts: object) -> str:
    """Return a message in the operator's language, with the facts put in."""
    text: str = _MESSAGES[key][language()]
    return text.format(**facts) if facts else text
