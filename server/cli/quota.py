"""The room of a home as somebody says it on the command line: `5GB`, or `none`."""

from typing import Any

import click

from server.cli.messages import say
from server.instances.sizes import parse_size

NO_LIMIT = object()
_NONE = ("none", "off", "aucun", "unlimited")


class Quota(click.ParamType[Any]):
    """Reads a size; `none` is no limit."""

    name = "size"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401  # click's
        """Return bytes, or NO_LIMIT."""
        if not isinstance(value, str):
            return value
        if value.lower() in _NONE:
            return NO_LIMIT
        try:
            return parse_size(value)
        except ValueError:
            self.fail(say("size_illegal", text=value), param, ctx)
