"""What commands of the terminal share: their options, the store, refusals in place of errors."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import click

from clients.desktop.disk.port import DiskError
from clients.desktop.home.port import HomeError, Moved, Refused, Revoked, Unreachable
from clients.desktop.local.messages import say
from clients.desktop.local.store import Store
from clients.desktop.program.finding import Refusal

P = ParamSpec("P")
R = TypeVar("R")

folder_argument = click.argument("folder", required=False, default="")
folder_option = click.option("--folder", default="", help=say("option_folder"))
home_option = click.option("--home", default="", help=say("option_home"))
json_option = click.option("--json", "as_json", is_flag=True, help=say("option_json"))

_KEYS: dict[type[Exception], str] = {
    Unreachable: "error_unreachable",
    Revoked: "error_revoked",
    Moved: "error_moved",
}
_WHYS = ("access_denied", "expired_token")


def command(
    name: str, *, group: str = ""
) -> Callable[[Callable[Concatenate[Store, P], None]], click.Command]:
    """Return what makes a command of a function that is given the store.

    Its help is the message `help_NAME`, with the group's name before it where it has one.
    """
    key = f"help_{group}_{name}" if group else f"help_{name}"

    def made(function: Callable[Concatenate[Store, P], None]) -> click.Command:
        return click.command(name, help=say(key))(click.make_pass_decorator(Store)(_said(function)))

    return made


def _said(function: Callable[P, R]) -> Callable[P, R]:
    """Say what went wrong, and what to do, in place of an error of the ports."""

    @wraps(function)
    def said(*given: P.args, **named: P.kwargs) -> R:
        try:
            return function(*given, **named)
        except (HomeError, DiskError) as error:
            raise Refusal(words_of(error)) from error

    return said


def words_of(error: HomeError | DiskError) -> str:
    """Return what a person is told of an error of the ports."""
    usual = "error_home" if isinstance(error, HomeError) else "error_disk"
    key = _KEYS.get(type(error), usual)
    if isinstance(error, Refused) and error.why in _WHYS:
        key = f"error_{error.why}"
    return say(key, why=str(error))
