import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).parents[4]
MESSAGES = tomllib.loads((ROOT / "server/cli/messages.toml").read_text())


def facts(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", MESSAGES)
def test_each_message_is_there_in_both_languages_with_the_same_facts(key):
    assert MESSAGES[key].keys() == {"en", "fr"}
    assert facts(MESSAGES[key]["en"]) == facts(MESSAGES[key]["fr"])


def test_each_message_that_is_said_is_there_and_each_one_there_is_said():
    sources = "".join(path.read_text() for path in (ROOT / "server/cli").glob("*.py"))
    said = set(re.findall(r"say\(\s*[\"'](\w+)[\"']", sources)) | {"banner_serve", "banner_couch"}
    families = tuple(re.findall(r"say\(\s*f[\"'](\w+_)\{", sources))  # `say(f"fault_{…}")`
    assert said | {key for key in MESSAGES if key.startswith(families)} == MESSAGES.keys()
