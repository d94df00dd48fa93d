"""What is given to operators beside the program fits it."""

import configparser
import json
import re
from pathlib import Path

from click.testing import CliRunner

from server.cli.program import program
from server.observe.metrics import Metrics
from server.settings import load_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
_NAME = re.compile(r"\b((?:foyer|process)_[a-z_]+)")


def exported():
    metrics = Metrics(lambda: 0)
    metrics.answered("dav", "GET", 200, 0.1)
    text = metrics.text().decode()
    return {
        line.partition("{")[0].partition(" ")[0] for line in text.splitlines() if line[0] != "#"
    }


def test_the_dashboard_asks_for_what_there_is():
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(asked) > 5
    wanted = {name for expression in asked for name in _NAME.findall(expression)}
    assert wanted <= exported()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_unit_calls_the_program_as_it_is():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string((DEPLOY / "foyer.service").read_text(encoding="utf-8"))
    command = unit["Service"]["ExecStart"].split()
    answered = CliRunner().invoke(program, [command[1], "--help"])
    assert answered.exit_code == 0
    options = [word for word in command if word.startswith("--")]
    assert options
    assert all(option in answered.output for option in options)
    name, _, value = unit["Service"]["Environment"].partition("=")
    assert load_settings(environment={name: value}).workers > 1
