"""The two homes that are looked at: one with something of everything, one not set up yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes

from server.instances.founding import HomeRegister
from tests.support.running_home import RunningHome
from tests.support.screens import content


@contextmanager
def lived_in(folder: Path, mail_port: int) -> Iterator[RunningHome]:
    """Run a home with something of everything, whose letters go to a port."""
    mail = {
        "FOYER_MAIL_HOST": "127.0.0.1",
        "FOYER_MAIL_SENDER": "foyer@example.org",
        "FOYER_MAIL_PORT": str(mail_port),
        "FOYER_MAIL_SECURITY": "none",
    }
    with RunningHome(folder, env=mail) as home:
        content.introduce(home)
        content.fill(home)
        yield home


@contextmanager
def not_set_up(folder: Path) -> Iterator[str]:
    """Run a home whose owner has not chosen a passphrase; yields the address where that is done."""
    register = HomeRegister(folder, token_bytes, kdf_iterations=50_000)
    token = register.found("localhost", "owner", set_up=True).set_up_token
    with RunningHome(folder) as home:
        yield f"http://localhost:{home.port}/auth/passphrase?registerToken={token}"
