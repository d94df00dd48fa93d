"""What the web app says in a language, read from its sources: to press what a person would read."""

import re
from functools import cache

from tests.support.running_home import ROOT

_LINE = re.compile(r'^  (\w+):\s+"(.*)",$', re.MULTILINE)


@cache
def _phrases(language: str) -> dict[str, str]:
    source = ROOT / "clients" / "web" / "src" / "words" / f"{language}.ts"
    return dict(_LINE.findall(source.read_text()))


def phrase(language: str, key: str) -> str:
    """Return a phrase without plural forms; raises KeyError where there is none."""
    return _phrases(language)[key]
