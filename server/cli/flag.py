"""A feature flag as somebody says it on the command line: `drive.beta=true`."""

from typing import Any

import click
import msgspec

from server.cli.messages import say


class Flag(click.ParamType[Any]):
    """Reads a name and a value in JSON, or a text; `null` takes the flag out."""

    name = "flag"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401  # click's
        """Return name and value."""
        if not isinstance(value, str):
            return value
        name, equals, text = value.partition("=")
        if not (name.strip() and equals):
            self.fail(say("flag_illegal", text=value), param, ctx)
        try:
            return name.strip(), msgspec.json.decode(text)
        except msgspec.DecodeError:
            return name.strip(), text
