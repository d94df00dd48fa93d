"""What the pages for people say is so: settings, commands, dependencies, names."""

import ast
import re
import subprocess
import tomllib
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

import pytest

from server.settings import Settings
from tests.support.source import ROOT, modules, tree


def settings_of(kind, prefix=""):
    """Yield the dotted name of every setting; a field that holds settings is a section."""
    types = get_type_hints(kind)
    for field in fields(kind):
        sections = (types[field.name], *get_args(types[field.name]))
        section = next((part for part in sections if is_dataclass(part)), None)
        if section is None:
            yield prefix + field.name
        else:
            yield from settings_of(section, f"{prefix}{field.name}.")


NAMES = sorted(settings_of(Settings))
BANNED = re.compile(r"utils?|helpers?|common|base|manager|impl|misc")


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_documented(name):
    page = (ROOT / "docs/settings.md").read_text()
    variable = "FOYER_" + name.replace(".", "_").upper()
    told = "only in the file" if name.startswith(("contexts.", "oidc.")) else f"`{variable}`"
    row = [line for line in page.splitlines() if line.startswith(f"| `{name}` ")]
    assert len(row) == 1
    assert told in row[0]


def test_no_setting_is_documented_that_there_is_not():
    page = (ROOT / "docs/settings.md").read_text()
    documented = re.findall(r"^\| `([a-z0-9_.]+)` ", page, re.MULTILINE)
    assert sorted(documented) == NAMES


def test_the_two_commands_are_on_the_first_screen_of_the_readme():
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:40])
    assert re.search(r"^make run\b", first_screen, re.MULTILINE)
    assert re.search(r"^make test\b", first_screen, re.MULTILINE)


def test_each_target_that_the_readme_names_is_there():
    named = set(re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named <= targets


def test_each_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    taken = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    page = (ROOT / "docs/dependencies.md").read_text()
    for name in {re.match(r"[A-Za-z0-9-]+", line)[0] for line in taken}:
        assert re.search(rf"^\| {re.escape(name)} \|", page, re.MULTILINE | re.IGNORECASE), name


def test_names_say_something():
    vague = [
        module
        for _, module in modules()
        if any(BANNED.fullmatch(word) for part in module.split(".") for word in part.split("_"))
    ]
    assert vague == ["webdav.model.lock_manager"]  # the protocol's own word


def test_each_module_says_its_idea_first():
    assert [module for path, module in modules() if not ast.get_docstring(tree(path))] == []


def test_nothing_committed_names_this_machine_or_where_packages_come_from():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    files = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    telling = re.compile(rb'"resolved"[:]|[/]files\.pythonhosted|' + str(ROOT).encode())
    assert [name for name in files if telling.search((ROOT / name).read_bytes())] == []
